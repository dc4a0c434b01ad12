using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>A pool, a job or a whole control process that goes away while devices train.</summary>
public sealed class PoolFaultTests : IDisposable
{
    /// <summary>Longest that a failing test waits.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_pool_that_is_started_anew_knows_its_devices_and_leases()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var hold = new Hold();
        cluster.AddDevice("d0", FaultJobs.Training(), hold.Before);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));
        await hold.Reached;

        var before = await cluster.Pool.List();
        await ControlCluster.Deactivate(cluster.Pool);
        Assert.Equal(before, await cluster.Pool.List());
        Assert.NotNull(Assert.Single(before).Lease);

        hold.Release();
        var record = await cluster.UntilEnded("job");
        Assert.Equal(JobPhase.Completed, record.Phase);
        Assert.DoesNotContain(record.Trials.SelectMany(t => t.Segments), s => s.End == SegmentEnd.DeviceLost);
    }

    [Fact]
    public async Task A_pool_that_waits_for_its_ledger_hears_devices_meanwhile()
    {
        FaultyLedger? ledger = null;
        await using var cluster = await ControlCluster.Start(folder.Path, overLeases: l => ledger = new FaultyLedger(l));
        var device = new DeviceDescription { Id = new DeviceId("d0"), Kind = DeviceKind.Cpu, Index = 0, Model = "m", Host = "h" };
        await cluster.Pool.Join(device, held: null);
        var (reached, held) = (new TaskCompletionSource(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        ledger!.BeforeDemands = () =>
        {
            reached.TrySetResult();
            return held.Task;
        };
        await cluster.Pool.State(new Demand { Job = new JobId("job-1"), Least = 1, Most = 1 });
        await reached.Task.WaitAsync(Bound, TestContext.Current.CancellationToken);

        Assert.True(await cluster.Pool.Heard(device.Id).WaitAsync(Bound, TestContext.Current.CancellationToken));
        Assert.False(await cluster.Pool.Heard(new DeviceId("d1")).WaitAsync(Bound, TestContext.Current.CancellationToken));
        Assert.Equal(device.Id, Assert.Single(await cluster.Pool.List().WaitAsync(Bound, TestContext.Current.CancellationToken)).Device.Id);
        (ledger.BeforeDemands, _) = (null, held.TrySetResult());
    }

    [Fact]
    public async Task A_device_that_another_pool_has_taken_out_is_to_register_again()
    {
        // So often the pool compares itself with the ledger.
        await using var cluster = await ControlCluster.Start(folder.Path, lease: TimeSpan.FromSeconds(4));
        var device = new DeviceDescription { Id = new DeviceId("d0"), Kind = DeviceKind.Cpu, Index = 0, Model = "m", Host = "h" };
        await cluster.Pool.Join(device, held: null);
        Assert.True(await cluster.Pool.Heard(device.Id));

        await cluster.Leases.Remove(device.Id, "another pool", isBlameless: false);

        using var bound = new CancellationTokenSource(Bound);
        while (await cluster.Pool.Heard(device.Id)) await Task.Delay(20, bound.Token);
    }

    [Fact]
    public async Task Pools_that_come_and_go_grant_no_device_twice()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        Task Before(SegmentAssignment _) => ControlCluster.Deactivate(cluster.Pool).AsTask();
        cluster.AddDevice("d0", FaultJobs.Training(), Before);
        cluster.AddDevice("d1", FaultJobs.Training(), Before);
        await Task.WhenAll(cluster.Submit("one", SimulatedJobs.BestAtHorizon("good", "bad")),
            cluster.Submit("two", SimulatedJobs.BestAtHorizon("good", "fair")));

        JobRecord[] records = [await cluster.UntilEnded("one"), await cluster.UntilEnded("two")];
        Assert.All(records, r => Assert.Equal((JobPhase.Completed, "good"), (r.Phase, FaultJobs.WinnerOf(r))));
        var segments = records.SelectMany(r => r.Trials.SelectMany(t => t.Segments.Select(s => (Segment: s, r.StartedAt)))).ToList();
        Assert.Equal(segments.Count, segments.Select(s => s.Segment.LeaseToken).Distinct().Count());
        foreach (var device in segments.GroupBy(s => s.Segment.Device))
        {
            var inTurn = device.OrderBy(s => s.Segment.LeaseToken).ToList();
            foreach (var (before, after) in inTurn.Zip(inTurn.Skip(1)))
            {
                var end = before.StartedAt.AddSeconds(before.Segment.EndedAt!.Value);
                Assert.True(end <= after.StartedAt.AddSeconds(after.Segment.StartedAt + 1e-6), "two segments at once");
            }
        }
    }

    [Fact]
    public async Task A_device_that_does_not_come_back_after_a_restart_loses_its_lease_and_its_trial_is_not_blamed()
    {
        await using (var first = await ControlCluster.Start(folder.Path))
        {
            var hold = new Hold(_ => true);
            first.AddDevice("d0", FaultJobs.Training(), hold.Before);
            await first.Submit("job", SimulatedJobs.BestAtHorizon("good"));
            await hold.Reached;
        }
        await using var cluster = await ControlCluster.Start(folder.Path, lease: TimeSpan.FromSeconds(4));
        Assert.NotNull(Assert.Single(await cluster.Pool.List()).Lease);
        cluster.Supervise("job");
        var heir = cluster.AddDevice("d1", FaultJobs.Training());

        var record = await cluster.UntilEnded("job");
        var trial = record.Trials[0];
        Assert.Equal((JobPhase.Completed, 0), (record.Phase, trial.Restarts));
        var left = Assert.Single(trial.Segments, s => s is { End: SegmentEnd.Interrupted, IsExport: false });
        Assert.Equal(("d0", left.FromStep), (left.Device.Value, heir.Taken[0].From?.Step ?? 0));
        Assert.DoesNotContain(await cluster.Pool.List(), d => d.Device.Id.Value == "d0");
    }

    [Fact]
    public async Task What_an_ended_job_could_not_give_back_is_taken_back()
    {
        FaultyLedger ledger = null!;
        // So often the pool looks for what ended jobs have left.
        await using var cluster = await ControlCluster.Start(
            folder.Path, overLeases: l => ledger = new FaultyLedger(l), lease: TimeSpan.FromSeconds(1));
        var hold = new Hold(a => a.ExportTo is not null);
        var device = cluster.AddDevice("d0", FaultJobs.Training(), hold.Before);
        device.ReportsWhileHeld = true;
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good"));
        await hold.Reached;
        var failed = ledger.Fail(nameof(Storage.ILeaseLedger.State), times: 1);
        hold.Release();
        await failed;

        Assert.Equal(JobPhase.Completed, (await cluster.UntilEnded("job")).Phase);
        await ControlCluster.UntilTrue(() => cluster.Leases.Demands().Result.Count == 0, "withdrew the demand");
        await ControlCluster.UntilTrue(() => cluster.Leases.HeldBy(ControlCluster.IdOf("job")).Result.Leases.IsEmpty,
            "took the lease back");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_that_is_taken_away_in_the_middle_goes_on_with_the_same_decisions(bool isReportFirst)
    {
        var spec = SimulatedJobs.BestAtHorizon("good", "fair", "bad");
        var calls = new CallFaults();
        JobRecord uninterrupted;
        await using (var undisturbed = await ControlCluster.Start(folder["a"]))
        {
            undisturbed.AddDevice("d0", FaultJobs.Training());
            await undisturbed.Submit("job", spec);
            uninterrupted = await undisturbed.UntilEnded("job");
        }
        await using var cluster = await ControlCluster.Start(folder["b"], calls: calls);
        cluster.AddDevice("d0", FaultJobs.Training(), async a =>
        {
            await ControlCluster.Deactivate(cluster.Job("job"));
            // Whoever is asked first must not take what it has not read yet for lost.
            if (isReportFirst) calls.LoseCalls(nameof(IJobGrain.Wake), times: 3);
        });
        await cluster.Submit("job", spec);

        var record = await cluster.UntilEnded("job");
        Assert.Equal(JobGrainTests.Decisions(uninterrupted), JobGrainTests.Decisions(record));
        Assert.Equal(uninterrupted.Trials.Select(t => t.Segments.Length), record.Trials.Select(t => t.Segments.Length));
        Assert.All(record.Trials, t => Assert.Equal(0, t.Restarts));
    }
}
