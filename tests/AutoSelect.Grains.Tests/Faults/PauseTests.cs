using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>A pause of work that takes long, and one that is taken back.</summary>
public sealed class PauseTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task It_is_answered_at_once_and_happens_when_the_segment_ends()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var hold = new Hold();
        cluster.AddDevice("d0", FaultJobs.Training(), hold.Before);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));
        await hold.Reached;

        await cluster.Request("job", JobRequest.Pause("lunch"));
        var pausing = await cluster.Record("job");
        Assert.Equal((true, JobPhase.Probing, "lunch"), (pausing.Pausing, pausing.Phase, pausing.Notice));

        hold.Release();
        var paused = await cluster.Until("job", r => r.Phase == JobPhase.Paused, "paused");
        Assert.Equal(SegmentEnd.Interrupted, paused.Trials.SelectMany(t => t.Segments).Single().End);
        await ControlCluster.UntilTrue(() => cluster.Leases.HeldBy(paused.Id).Result.Leases.IsEmpty, "gave its device back");

        await cluster.Request("job", JobRequest.Resume());
        Assert.Equal("good", FaultJobs.WinnerOf(await cluster.UntilEnded("job")));
    }

    [Fact]
    public async Task One_during_an_export_that_succeeds_comes_too_late()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var hold = new Hold(a => a.ExportTo is not null);
        cluster.AddDevice("d0", FaultJobs.Training(), hold.Before);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));
        await hold.Reached;

        await cluster.Request("job", JobRequest.Pause());
        Assert.Equal((true, JobPhase.Exporting), ((await cluster.Record("job")).Pausing, (await cluster.Record("job")).Phase));
        hold.Release();

        var record = await cluster.UntilEnded("job");
        Assert.Equal((JobPhase.Completed, false), (record.Phase, record.Pausing));
        Assert.EndsWith("final.safetensors", record.Outcome!.FinalWeights, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_has_not_happened_yet_is_taken_back()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var hold = new Hold();
        cluster.AddDevice("d0", FaultJobs.Training(), hold.Before);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));
        await hold.Reached;

        await cluster.Request("job", JobRequest.Pause());
        await cluster.Request("job", JobRequest.Pause());
        await cluster.Request("job", JobRequest.Resume());
        hold.Release();

        Assert.Equal(JobPhase.Completed, (await cluster.UntilEnded("job")).Phase);
        var changes = (await cluster.Events("job")).Select(e => e.Change).ToList();
        Assert.Empty(changes.OfType<JobPaused>());
        Assert.Equal([JobRequestKind.Pause, JobRequestKind.Resume], changes.OfType<JobRequested>().Select(r => r.Request.Kind));
        Assert.DoesNotContain(changes.OfType<SegmentEnded>(), e => e.End == SegmentEnd.Interrupted);
    }
}
