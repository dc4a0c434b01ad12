using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>A store that fails for a while: the next ticks make up for it.</summary>
public sealed class StoreFaultTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_loss_that_cannot_be_stored_is_stored_later_and_the_rung_completes(int times)
    {
        FaultyStore store = null!;
        await using var cluster = await ControlCluster.Start(folder.Path, over: s => store = new FaultyStore(s));
        var hold = new Hold();
        var dying = cluster.AddDevice("d0", FaultJobs.Training(), hold.Before);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));
        await hold.Reached;

        var failed = store.FailAppends(c => c is SegmentEnded { End: SegmentEnd.DeviceLost }, times);
        await cluster.Lose(dying);
        cluster.AddDevice("d1", FaultJobs.Training());
        await failed;

        var record = await cluster.UntilEnded("job");
        Assert.Equal((JobPhase.Completed, "good"), (record.Phase, FaultJobs.WinnerOf(record)));
        Assert.Single(record.Trials.SelectMany(t => t.Segments), s => s.End == SegmentEnd.DeviceLost);
    }

    [Fact]
    public async Task A_pause_completes_when_the_loss_of_the_last_device_can_be_stored_again()
    {
        FaultyStore store = null!;
        await using var cluster = await ControlCluster.Start(folder.Path, over: s => store = new FaultyStore(s));
        var hold = new Hold();
        var dying = cluster.AddDevice("d0", FaultJobs.Training(), hold.Before);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));
        await hold.Reached;

        await cluster.Request("job", JobRequest.Pause());
        var failed = store.FailAppends(c => c is SegmentEnded, times: 2);
        await cluster.Lose(dying);
        await failed;
        await cluster.Until("job", r => r.Phase == JobPhase.Paused, "paused");

        cluster.AddDevice("d1", FaultJobs.Training());
        await cluster.Request("job", JobRequest.Resume());
        Assert.Equal(JobPhase.Completed, (await cluster.UntilEnded("job")).Phase);
    }

    [Fact]
    public async Task A_write_that_was_stored_although_it_is_said_to_have_failed_is_taken_for_stored()
    {
        FaultyStore store = null!;
        await using var cluster = await ControlCluster.Start(folder.Path, over: s => store = new FaultyStore(s));
        var failed = store.FailAppends(c => c is JobDecided { Rung.Rung: 1 }, isStored: true);
        cluster.AddDevice("d0", FaultJobs.Training());
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));
        await failed;

        var record = await cluster.UntilEnded("job");
        Assert.Equal(Enumerable.Range(0, record.Rungs.Length), record.Rungs.Select(r => r.Rung));
        Assert.Equal(JobPhase.Completed, record.Phase);
    }

    [Theory]
    [InlineData(nameof(Storage.ILeaseLedger.HeldBy))]
    [InlineData(nameof(Storage.ILeaseLedger.Renew))]
    [InlineData(nameof(Storage.ILeaseLedger.State))]
    [InlineData(nameof(Storage.ILeaseLedger.Grant))]
    [InlineData(nameof(Storage.ILeaseLedger.Devices))]
    public async Task A_ledger_that_fails_for_a_while_costs_ticks_and_nothing_else(string method)
    {
        FaultyLedger ledger = null!;
        await using var cluster = await ControlCluster.Start(folder.Path, overLeases: l => ledger = new FaultyLedger(l));
        var failed = ledger.Fail(method, times: 2);
        cluster.AddDevice("d0", FaultJobs.Training());
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));
        await failed;

        var record = await cluster.UntilEnded("job");
        Assert.Equal((JobPhase.Completed, "good"), (record.Phase, FaultJobs.WinnerOf(record)));
        Assert.All(record.Trials, t => Assert.Equal(0, t.Restarts));
    }

    [Fact]
    public void What_is_no_fault_of_the_job_is_borne_as_long_as_it_lasts()
    {
        Assert.True(Patience.IsOfInfrastructure(new TimeoutException()));
        Assert.True(Patience.IsOfInfrastructure(new OperationCanceledException("Message expired before placement could complete")));
        Assert.True(Patience.IsOfInfrastructure(new Orleans.Runtime.SiloUnavailableException()));
        Assert.False(Patience.IsOfInfrastructure(new InvalidDataException()));
    }
}
