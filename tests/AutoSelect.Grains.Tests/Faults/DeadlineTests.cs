using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>A job's clock runs on while nobody attends to it, and stands still while it is paused.</summary>
public sealed class DeadlineTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ShiftedTime time = new();

    public void Dispose() => folder.Dispose();

    private static JobSpec BestBy(double seconds)
    {
        var spec = SimulatedJobs.BestAtHorizon("good", "bad");
        var objective = spec.Objective with { Kind = ObjectiveKind.BestBy, SecondsPerUnit = null, DeadlineSeconds = seconds };
        // All are looked at before one is committed to: the job is held in between.
        return spec with { Objective = objective, Policy = "current-best" };
    }

    [Fact]
    public async Task A_job_whose_control_side_was_away_past_its_deadline_ends_by_it()
    {
        await using (var first = await ControlCluster.Start(folder.Path, time))
        {
            var hold = new Hold(a => a.From is not null);
            first.AddDevice("d0", FaultJobs.Training(), hold.Before);
            await first.Submit("job", BestBy(600));
            await hold.Reached;
        }
        time.Advance(TimeSpan.FromHours(1));
        await using var cluster = await ControlCluster.Start(folder.Path, time);
        cluster.Supervise("job");
        cluster.AddDevice("d0", FaultJobs.Training());

        var record = await cluster.UntilEnded("job");
        Assert.Equal(JobPhase.Completed, record.Phase);
        Assert.Contains("deadline of 600 s", record.Rungs[^1].Summary, StringComparison.Ordinal);
        Assert.All(record.Trials, t => Assert.True(t.Curve[^1].Step < 1000));
        Assert.True(record.ElapsedSeconds >= 3600);
    }

    [Fact]
    public async Task Time_paused_does_not_count()
    {
        await using var cluster = await ControlCluster.Start(folder.Path, time);
        var hold = new Hold(a => a.From is not null);
        cluster.AddDevice("d0", FaultJobs.Training(), hold.Before);
        await cluster.Submit("job", BestBy(600));
        await hold.Reached;
        await cluster.Request("job", JobRequest.Pause());
        hold.Release();
        await cluster.Until("job", r => r.Phase == JobPhase.Paused, "paused");

        time.Advance(TimeSpan.FromHours(1));
        await cluster.Request("job", JobRequest.Resume());

        var record = await cluster.UntilEnded("job");
        Assert.Equal((JobPhase.Completed, "good", 1000), (record.Phase, FaultJobs.WinnerOf(record), record.Of("good").Curve[^1].Step));
        Assert.InRange(record.ElapsedSeconds, 0, 600);
        Assert.InRange(record.PausedSeconds, 3600, 4200);
    }
}
