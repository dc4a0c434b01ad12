using AutoSelect.Host.Commands;
using AutoSelect.Host.Control;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Host.Tests;

public class PriorCommandTests
{
    private static readonly RecordedCurve Run = new()
    {
        Suite = "autoselect",
        Workload = "w dataset=mnist",
        Family = "w",
        Problem = "job",
        Candidate = "a",
        Algorithm = "sgd",
        Target = 1,
        StepHint = 3,
        Steps = [1, 2, 3],
        Values = [3, 2, 1],
        State = "Completed",
    };

    [Fact]
    public async Task The_shipped_prior_is_shown_with_sources_and_licences()
    {
        using var run = new CommandRun();
        Assert.Equal(0, await run.Run("prior", "show", "--out", run.Folder["prior.jsonl.gz"]));
        Assert.Contains("Apache-2.0", run.Output);
        Assert.Contains(Histories.Sha256(ShippedPrior.Bytes.Span), run.Output);
        Assert.Equal(ShippedPrior.History.All.Length, RecordedCurves.Read(run.Folder["prior.jsonl.gz"]).Length);
    }

    [Fact]
    public async Task A_prior_is_built_without_the_data_sets_that_are_named()
    {
        using var run = new CommandRun();
        var (source, built) = (run.Folder["runs.jsonl"], run.Folder["prior.jsonl.gz"]);
        RecordedCurves.Write(source, [Run, Run with { Problem = "other", Workload = "w dataset=fashion-mnist" }]);
        Assert.Equal(0, await run.Run("prior", "build", source, "--out", built, "--without", "fashion-mnist"));
        Assert.Equal($"1 curves of 1 problems in {built}; 1 skipped\n", run.Output);
        Assert.Contains("--without fashion-mnist", run.Error);
        Assert.Equal(ExitCodes.BadInput, await run.Run("prior", "build", source, "--out", built, "--points", "1"));
        Assert.Contains("--points is '1': it must be at least 2.", run.Error);
    }

    [Fact]
    public async Task A_job_learns_from_the_shipped_prior_and_from_recordings_taken_into_its_store()
    {
        using var run = new CommandRun();
        var source = run.Folder["runs.jsonl"];
        RecordedCurves.Write(source, [Run, Run with { Candidate = "b" }]);
        var store = run.Folder["store"];
        Assert.Equal(0, await run.Run("import", "curves", source, "--store", store));
        Assert.Equal($"2 curves of 1 problems of {source} taken into {store}\n", run.Output);

        var sources = new LearningSources(new ControlPaths(store), withPrior: true);
        var name = sources.Keep([])!;

        var history = new Histories(new ControlPaths(store).Histories).Read(name);
        Assert.Equal(2, Histories.Parts(name).Length);
        Assert.Equal(2 + ShippedPrior.History.All.Length, history.All.Length);
        Assert.Equal(["a", "b"], history.Curves.Select(c => c.Candidate));
        Assert.Equal(history.All.Length, sources.Read([]).All.Length);
        Assert.Equal(2, new LearningSources(new ControlPaths(store), withPrior: false).Read([]).All.Length);
    }

    [Fact]
    public void Without_jobs_recordings_and_prior_there_is_no_history()
    {
        using var run = new CommandRun();
        var sources = new LearningSources(new ControlPaths(run.Folder["none"]), withPrior: false);
        Assert.Null(sources.Keep([]));
        Assert.True(sources.Read([]).IsEmpty);
    }

    [Fact]
    public void A_store_that_cannot_be_written_is_refused_with_what_to_do()
    {
        using var run = new CommandRun();
        var store = run.Folder["file"];
        File.WriteAllText(store, "");
        var refusal = Assert.Throws<EnvironmentFaultException>(
            () => new LearningSources(new ControlPaths(store), withPrior: true).Keep([]));
        Assert.StartsWith($"The store {store} cannot be written: ", refusal.Message);
        Assert.EndsWith("Give a writable folder with --store.", refusal.Message);
    }

    [Fact]
    public async Task What_is_no_recording_is_not_taken()
    {
        using var run = new CommandRun();
        File.WriteAllText(run.Folder["x.jsonl"], "{}");
        Assert.Equal(ExitCodes.BadInput, await run.Run("import", "curves", run.Folder["x.jsonl"], "--store", run.Folder["store"]));
        Assert.Contains("not a curve", run.Error);
        Assert.False(Directory.Exists(run.Folder["store"]));
    }
}
