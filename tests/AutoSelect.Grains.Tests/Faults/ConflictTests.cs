using AutoSelect.Contracts;
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
        await using var cluster = await ControlCluster.Start(folder.Path, lease: FaultJobs.LongLease);
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
}
