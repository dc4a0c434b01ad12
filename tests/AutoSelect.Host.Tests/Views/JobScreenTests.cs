using AutoSelect.Contracts;
using AutoSelect.Host.Views;
using AutoSelect.Testing;
using Spectre.Console;

namespace AutoSelect.Host.Tests;

public class JobScreenTests
{
    public static TheoryData<string, int, int> Screens
    {
        get
        {
            var data = new TheoryData<string, int, int>();
            foreach (var name in Records.Keys)
            {
                foreach (var (width, height) in new[] { (60, 15), (80, 24), (100, 30), (120, 40), (200, 60) })
                    data.Add(name, width, height);
            }
            return data;
        }
    }

    private static Dictionary<string, Func<JobRecord>> Records { get; } = new()
    {
        ["not started"] = JobRecords.NotStarted,
        ["running"] = JobRecords.Running,
        ["paused"] = JobRecords.Paused,
        ["typical"] = JobRecords.Typical,
        ["fallback"] = JobRecords.WithFallback,
        ["all failed"] = JobRecords.AllFailed,
        ["single"] = JobRecords.SingleCandidate,
        ["many"] = () => JobRecords.Many(40),
        ["with odd characters"] = () => SampleJob.Committed.Record with { Notice = "[red]no markup[/] {0}" },
    };

    [Theory]
    [MemberData(nameof(Screens))]
    public void The_picture_fits_the_terminal(string name, int width, int height)
    {
        var lines = Draw(Records[name](), width, height);
        Assert.All(lines, line => Assert.True(line.Length <= width, $"{line.Length} columns of {width}: {line}"));
        Assert.True(lines.Length <= height, $"{lines.Length} lines of {height}:\n{string.Join('\n', lines)}");
    }

    [Fact]
    public void The_picture_shows_state_curve_forecast_and_costs()
    {
        var picture = string.Join('\n', Draw(SampleJob.Committed, 140, 30));
        Assert.Contains("toy  fastest to accuracy ≥ 0.9 within 10 min  committed  11.3 s, about 20.0 s left  toy-mlp", picture);
        Assert.Matches(@"t01 nadamw-b64 +committed +1\.00/5 +█ +0\.8200 +20\.0 s \(14\.0 s–∞\) +96 % +here-cpu0 +9\.4 s", picture);
        Assert.Matches(@"t02 sgd-b64 +stopped +1\.00/5 +▁ +0\.7100 +8\.3 s", picture);
        Assert.Contains("stop t02 sgd-b64: is the best with 4 %", picture);
        Assert.Contains(
            "device time 17.7 s, 8.3 s (47 %) of it for candidates that were not chosen  checkpoints 1.5 MiB of 4.0 GiB", picture);
    }

    [Fact]
    public void Candidates_that_do_not_fit_are_counted() =>
        Assert.Contains(Draw(JobRecords.Many(40), 100, 24), line => line.Contains("more", StringComparison.Ordinal));

    [Theory]
    [InlineData(new double[] { }, "")]
    [InlineData(new[] { 0.0, 0.5, 1.0 }, "▁▅█")]
    [InlineData(new[] { 0.0, double.NaN, 1.0 }, "▁×█")]
    [InlineData(new[] { -5.0, 7.0 }, "▁█")]
    [InlineData(new[] { 0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 1.0 }, "▁▃▅█")]
    public void A_sparkline_shows_the_curve_in_blocks(double[] values, string line) => Assert.Equal(line, Sparkline.Draw(values, 0, 1, 4));

    [Fact]
    public void A_sparkline_without_a_range_is_drawn_in_the_middle() => Assert.Equal("▅▅", Sparkline.Draw([3, 3], 3, 3, 8));

    private static string[] Draw(JobRecord record, int width, int height)
    {
        var output = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        (console.Profile.Width, console.Profile.Height, console.Profile.Capabilities.Unicode) = (width, height, true);
        console.Write(JobScreen.Draw(record, width, height));
        return output.ToString().TrimEnd('\n').Split('\n');
    }
}
