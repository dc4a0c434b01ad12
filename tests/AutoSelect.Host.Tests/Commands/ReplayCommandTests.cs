using System.Text.Json;
using AutoSelect.Host.Commands;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Host.Tests.Commands;

public sealed class ReplayCommandTests : IDisposable
{
    private readonly CommandRun run = new();

    [Fact]
    public async Task A_suite_is_replayed_to_figures()
    {
        Assert.Equal(0, await run.Run("replay", Suite(), "--policy", "oracle", "--devices", "unlimited"));
        Assert.Contains("Simulated on recorded curves; seconds are virtual.", run.Output);
        Assert.Matches(@"mean slowdown, capped at 4 +1\.000 +1\.000 to 1\.000", run.Output);
        Assert.Matches("hit rate +1", run.Output);
    }

    [Fact]
    public async Task The_figures_are_written_as_json_with_all_their_fields()
    {
        var file = Path.Combine(run.Folder.Path, "figures.json");
        Assert.Equal(0, await run.Run("replay", Suite(), "--policy", "current-best:0.2", "--devices", "2", "--points", "one",
            "--confidence", "0.8", "--price", "0.2", "--json", file));
        var figures = JsonDocument.Parse(File.ReadAllText(file)).RootElement;
        string[] names =
        [
            "suite", "policy", "devices", "problems", "hitRate", "meanCappedSlowdown",
            "meanCappedSlowdownInterval", "medianSlowdown", "within5PercentOfOracle",
            "costs", "closedGap", "deviceTimeOverOracle", "probeShare", "coverage90", "microsecondsPerDecision", "perProblem",
        ];
        Assert.All(names, name => Assert.True(figures.TryGetProperty(name, out _), name));
        // b is better at 20 % and never arrives.
        Assert.Equal(4, figures.GetProperty("meanCappedSlowdown").GetDouble());
        var problem = figures.GetProperty("perProblem")[0];
        Assert.Equal(("u", "b/1", 30, 2), (problem.GetProperty("problem").GetString(), problem.GetProperty("winner").GetString(),
            problem.GetProperty("oracleSeconds").GetInt32(), problem.GetProperty("candidates").GetInt32()));
        Assert.Equal("", run.Output);
    }

    [Fact]
    public async Task Costs_are_charged_and_said()
    {
        string[] replay = ["replay", Suite(), "--policy", "current-best:0.2"];
        Assert.Equal(0, await run.Run(replay));
        Assert.Contains("Nothing is charged for loading, saving, interruption or the arrival of devices", run.Output);
        Assert.Equal(0, await run.Run([.. replay, "--costs", "load=2s,save=500ms,arrival=10s"]));
        Assert.Contains("Charged: loading 2.0 s, saving 0.5 s, interruption 0 s, arrival of devices 10.0 s", run.Output);
        var file = Path.Combine(run.Folder.Path, "costly.json");
        Assert.Equal(0, await run.Run([.. replay, "--costs", "load=2s", "--json", file]));
        Assert.Equal(2, JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("costs").GetProperty("loadSeconds").GetDouble());
    }

    [Theory]
    [InlineData("load")]
    [InlineData("load=2")]
    [InlineData("load=2s,load=1s")]
    [InlineData("fuel=2s")]
    [InlineData("")]
    public async Task Bad_costs_end_with_2_and_the_rule(string costs)
    {
        Assert.Equal(ExitCodes.BadInput, await run.Run("replay", Suite(), "--costs", costs));
        Assert.Contains($"--costs is '{costs}': it must be a list of load, save, interrupt and arrival", run.Error);
    }

    [Fact]
    public async Task Json_without_a_file_goes_to_the_output()
    {
        Assert.Equal(0, await run.Run("replay", Suite(), "--policy", "random", "--json"));
        Assert.Equal(2, JsonDocument.Parse(run.Output).RootElement.GetProperty("problems").GetInt32());
    }

    [Fact]
    public async Task A_single_problem_shows_its_decisions()
    {
        Assert.Equal(0, await run.Run("replay", Write("one.jsonl", Problem("u")), "--policy", "current-best:0.2"));
        Assert.Matches(@"1 +20.* +1 trial go on: best at 20 %", run.Output);
    }

    [Fact]
    public async Task History_of_other_families_is_learned_from()
    {
        var history = Write("history.jsonl", Problem("x"));
        Assert.Equal(
            0, await run.Run("replay", Write("one.jsonl", Problem("u")), "--policy", "best-elsewhere", "--history", history, "--json"));
        Assert.Equal(1, JsonDocument.Parse(run.Output).RootElement.GetProperty("singleBest").GetDouble());
    }

    [Theory]
    [InlineData("must be an integer of at least 1, or unlimited", "--devices", "none")]
    [InlineData("'greedy' is no selection policy", "--policy", "greedy")]
    [InlineData("from 0.001 to 0.999", "--policy", "current-best:2")]
    [InlineData("must be from 0.5 to 0.999", "--confidence", "1")]
    [InlineData("must be at least 0", "--price", "-1")]
    [InlineData("no such file", "--history", "none.jsonl")]
    public async Task A_bad_option_ends_with_2(string rule, params string[] option)
    {
        Assert.Equal(ExitCodes.BadInput, await run.Run(["replay", Suite(), .. option]));
        Assert.Contains(rule, run.Error);
        Assert.DoesNotContain("(Parameter", run.Error);
    }

    public void Dispose() => run.Dispose();

    private string Suite() => Write("suite.jsonl.gz", [.. Problem("u"), .. Problem("v")]);

    private string Write(string name, params IEnumerable<RecordedCurve> curves)
    {
        var path = Path.Combine(run.Folder.Path, name);
        RecordedCurves.Write(path, curves);
        return path;
    }

    /// <summary>a/1 reaches the target after 30 seconds, b/1 is ahead before and never does.</summary>
    private static RecordedCurve[] Problem(string family) => [Curve(family, "b/1", 3, 2, 1.5, 1.4), Curve(family, "a/1", 5, 4, 1)];

    private static RecordedCurve Curve(string family, string candidate, params double[] losses) => new()
    {
        Suite = "small",
        Workload = family,
        Family = family,
        Problem = family,
        Candidate = candidate,
        Algorithm = candidate[..1],
        Metric = "loss",
        Target = 1,
        BudgetSeconds = 100,
        Steps = [.. losses.Select((_, i) => 10L * (i + 1))],
        Seconds = [.. losses.Select((_, i) => 10.0 * (i + 1))],
        Values = [.. losses.Select(l => (double?)l)],
    };
}
