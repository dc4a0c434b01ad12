using AutoSelect.Contracts;
using AutoSelect.Storage;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>Another writer of a job.</summary>
public sealed class ConflictTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_activation_gives_itself_up_and_the_job_goes_on_from_the_newer_state()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var hold = new Hold(a => a.From is not null);
        cluster.AddDevice("d0", FaultJobs.Training(), hold.Before);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "fair", "bad"));
        await hold.Reached;

        var before = await cluster.Record("job");
        var bad = before.Of("bad");
        var foreign = new JobEvent(before.Version + 1, before.StartedAt.AddSeconds(1), 1,
            new TrialEnded(bad.Id, TrialState.Stopped, "another writer"));
        await cluster.Jobs.Append(before.Id, before.Version, [foreign], null);
        hold.Release();

        var record = await cluster.UntilEnded("job");
        Assert.Equal(foreign, (await cluster.Events("job"))[(int)before.Version]);
        Assert.Equal((JobPhase.Completed, "good"), (record.Phase, FaultJobs.WinnerOf(record)));
        Assert.Equal((TrialState.Stopped, "another writer", bad.Segments.Length),
            (record.Of("bad").State, record.Of("bad").Reason, record.Of("bad").Segments.Length));
    }

    [Fact]
    public async Task An_older_state_refuses_no_report()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var (job, work, hold) = await Held(cluster);
        var unknown = new SegmentReport { Job = work.Job, Trial = work.Trial, LeaseToken = work.LeaseToken + 7, Step = 1 };
        await Assert.ThrowsAsync<ForeignLeaseException>(() => job.Report(new DeviceId("d0"), unknown));
        await AnotherWrites(cluster);
        await Assert.ThrowsAsync<VersionConflictException>(() => job.Report(new DeviceId("d0"), unknown));
        await Assert.ThrowsAsync<ForeignLeaseException>(() => job.Report(new DeviceId("d0"), unknown));
        hold.Release();
        Assert.Equal(JobPhase.Completed, (await cluster.UntilEnded("job")).Phase);
    }

    [Fact]
    public async Task An_older_state_answers_no_request_that_changes_nothing_of_it()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var (job, _, hold) = await Held(cluster);
        // A job that runs need not be told to go on.
        var resume = new JobRequest { Kind = JobRequestKind.Resume };
        await job.Request(resume);
        await AnotherWrites(cluster);
        await Assert.ThrowsAsync<VersionConflictException>(() => job.Request(resume));
        await job.Request(resume);
        hold.Release();
        Assert.Equal(JobPhase.Completed, (await cluster.UntilEnded("job")).Phase);
    }

    /// <summary>A job that trains, and does nothing more by itself before it is released.</summary>
    private static async Task<(IJobGrain Job, SegmentAssignment Work, Hold Hold)> Held(ControlCluster cluster)
    {
        var hold = new Hold();
        cluster.AddDevice("d0", FaultJobs.Training(), hold.Before);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "fair"));
        var work = await hold.Reached;
        return (cluster.Grains.GetGrain<IJobGrain>(work.Job.Value), work, hold);
    }

    /// <summary>Behind the activation's back.</summary>
    private static async Task AnotherWrites(ControlCluster cluster)
    {
        var before = await cluster.Record("job");
        var ended = new TrialEnded(before.Trials.First(t => t.Segments.IsEmpty).Id, TrialState.Stopped, "another writer");
        await cluster.Jobs.Append(
            before.Id, before.Version, [new JobEvent(before.Version + 1, before.StartedAt.AddSeconds(1), 1, ended)], null);
    }
}
