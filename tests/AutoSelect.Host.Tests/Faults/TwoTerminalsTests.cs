using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Jobs;
using AutoSelect.Testing;
using AutoSelect.Testing.Processes;

namespace AutoSelect.Host.Tests.Faults;

/// <summary>A job that a real process runs, with commands from other real processes, and Ctrl-C at its end.</summary>
public sealed class TwoTerminalsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly CancellationTokenSource patience =
        CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    public TwoTerminalsTests() => patience.CancelAfter(TimeSpan.FromMinutes(10));

    private CancellationToken Cancelled => patience.Token;

    public void Dispose()
    {
        patience.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_job_is_followed_and_changed_from_a_second_terminal()
    {
        using var run = Start("run", WriteJob(epochs: 4000, finalSeconds: 0));
        await Until(run, r => r.Trials.Any(t => !t.Curve.IsEmpty));
        using var follower = Start("follow", "terminals-1", "--json");

        Assert.Equal(2, (await Command("delete", "terminals-1")).ExitCode);
        Assert.Equal(0, (await Command("extend", "terminals-1", "--deadline", "+2h")).ExitCode);
        Assert.True((await Record()).Spec.Objective.DeadlineSeconds > 7200);
        var added = await Command("add", "terminals-1", "--candidate", "{ strategy: sgd, values: { learningRate: 0.04 } }");
        Assert.True(added.ExitCode == 0, added.Error);
        Assert.Equal("sgd-b20-lr0.04", (await Record()).Trials[3].Candidate.Name);
        Assert.Equal(0, (await Command("stop", "terminals-1", "t03")).ExitCode);
        Assert.Equal(TrialState.Stopped, (await Record()).Trials[2].State);
        Assert.Equal(0, (await Command("commit", "terminals-1", "t02")).ExitCode);
        Assert.Equal(new TrialId("t02"), (await Record()).Commit?.Winner);
        Assert.Equal(0, (await Command("pause", "terminals-1")).ExitCode);

        var (first, second) = (await run.Ended(Cancelled), await follower.Ended(Cancelled));
        Assert.Equal((130, 130), (first.ExitCode, second.ExitCode));
        Assert.Contains("\"event\":\"commit\"", second.Output);
        Assert.Contains("\"event\":\"phase\"", second.Output);
        Assert.Equal(2, (await Command("pause", "terminals-1")).ExitCode);
        var verified = await Command("replay", "--verify", "terminals-1");
        Assert.True(verified.ExitCode == 0, verified.Output + verified.Error);

        using var resumed = Start("resume", "terminals-1");
        await Until(resumed, r => r.IsRunning && !r.Pausing && r.Trials.Any(t => t.OpenSegment() is not null));
        var cancelled = await Command("cancel", "terminals-1");
        Assert.True(cancelled.ExitCode == 0, cancelled.Error);
        Assert.Equal(5, (await resumed.Ended(Cancelled)).ExitCode);
        Assert.Equal(0, (await Command("delete", "terminals-1")).ExitCode);
        Assert.False(Directory.Exists(Path.Combine(new ControlPaths(folder.Path).Jobs, "terminals-1")));
    }

    [Fact]
    public async Task Ctrl_C_while_the_weights_are_evaluated_at_last_leaves_them_and_the_report()
    {
        using var run = Start("run", WriteJob(epochs: 2, finalSeconds: 15));
        var exporting = await Until(run, r => r.Trials.Any(t => t.OpenSegment() is { IsExport: true }));
        // Written before the test data is evaluated: from then on nothing but that evaluation is missing.
        while (!File.Exists(CheckpointPaths.ExportPath(exporting))) await Task.Delay(50, Cancelled);

        await run.Interrupt(Cancelled);
        var (exitCode, output, error) = await run.Ended(Cancelled);

        var record = await Record();
        Assert.True(exitCode == 0, $"{exitCode} {record.Phase} {output}{error}");
        Assert.Equal(JobPhase.Completed, record.Phase);
        Assert.True(File.Exists(record.Outcome!.FinalWeights));
        Assert.NotNull(record.Outcome.TestValue);
        Assert.True(File.Exists(Path.Combine(record.Folder, "report.html")));
        Assert.DoesNotContain("Timeout", output + error);
    }

    private AutoselectProcess Start(params string[] arguments) =>
        AutoselectProcess.Start(Cancelled, [.. arguments, "--store", folder.Path]);

    private Task<(int ExitCode, string Output, string Error)> Command(params string[] arguments) =>
        AutoselectProcess.Run(Cancelled, [.. arguments, "--store", folder.Path]);

    private async Task<JobRecord> Record() => (await new JobArchive().Find(folder.Path, new JobId("terminals-1")))!;

    private async Task<JobRecord> Until(AutoselectProcess process, Func<JobRecord, bool> condition)
    {
        while (true)
        {
            if (await new JobArchive().Find(folder.Path, new JobId("terminals-1")) is { } record && condition(record)) return record;
            if (process.HasExited) Assert.Fail($"the process ended before that: {await process.Ended(Cancelled)}");
            await Task.Delay(50, Cancelled);
        }
    }

    private string WriteJob(int epochs, int finalSeconds)
    {
        var path = folder["job.yaml"];
        File.WriteAllText(path, $"""
            name: terminals
            workload:
              assembly: {BuiltFile.FaultyWorkloads}
              type: AutoSelect.FaultyWorkloads.FaultyWorkload
              options: {"{"} examples: 4000, finalSeconds: {finalSeconds} {"}"}
            objective:
              tradeoff: {"{"} gain: 0.01, worth: 10s {"}"}
            candidates:
              - strategy: sgd
                values: {"{"} learningRate: [0.01, 0.02, 0.03] {"}"}
                batchSizes: [20]
            epochs: {epochs}
            policy: exhaustive
            checkpoints: {"{"} every: 1s {"}"}
            probe: {"{"} devices: 2 {"}"}
            """);
        return path;
    }
}
