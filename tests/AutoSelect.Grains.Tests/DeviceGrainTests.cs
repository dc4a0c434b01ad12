using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>A device that gets work while it still ends other work, or registers anew meanwhile.</summary>
public sealed class DeviceGrainTests : IAsyncLifetime
{
    private static readonly TimeSpan AtOnce = TimeSpan.Zero, Patience = TimeSpan.FromSeconds(20);
    private static readonly DeviceDescription Description = new()
    {
        Id = new DeviceId("d0"),
        Kind = DeviceKind.Cpu,
        Index = 0,
        Model = "simulated",
        Host = "simulated",
    };

    private readonly TemporaryFolder folder = new();
    private readonly CallFaults calls = new();
    private ControlCluster? cluster;

    private IDeviceGrain Device => cluster!.Grains.GetGrain<IDeviceGrain>("d0");

    public async ValueTask InitializeAsync() => cluster = await ControlCluster.Start(folder.Path, calls: calls);

    public async ValueTask DisposeAsync()
    {
        await cluster!.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Work_given_while_the_device_ends_other_work_of_the_same_trial_waits_for_it()
    {
        var session = (await Device.Register(Description, null)).Session;
        await Device.Assign(SimulatedJobs.Segment(token: 1));
        Assert.Equal(1, (await Device.NextWork(session, Patience))!.LeaseToken);

        await Device.Assign(SimulatedJobs.Segment(token: 2));
        var reply = await Device.Report(session,
            new SegmentReport { Job = new JobId("job"), Trial = TrialId.At(0), LeaseToken = 1, Step = 5, End = SegmentEnd.RankLost });

        Assert.Equal(SegmentOrder.Abandon, reply.Order);
        Assert.Equal(2, (await Device.NextWork(session, AtOnce))!.LeaseToken);
    }

    [Fact]
    public async Task Work_that_no_process_has_seen_and_its_lease_outlast_a_registration()
    {
        var first = (await Device.Register(Description, null)).Session;
        var lease = (await cluster!.Leases.Grant(Description.Id, new JobId("job"), DateTimeOffset.MaxValue, 0))!;
        await Device.Assign(SimulatedJobs.Segment(lease.Token));

        var second = (await Device.Register(
            Description, new RunningSegment { Job = new JobId("job"), Trial = TrialId.At(0), LeaseToken = lease.Token - 1 })).Session;

        Assert.NotEqual(first, second);
        Assert.Equal(lease, Assert.Single(await cluster.Pool.List()).Lease);
        Assert.Equal(lease.Token, (await Device.NextWork(second, Patience))!.LeaseToken);
    }

    [Fact]
    public async Task Work_that_a_process_has_seen_is_not_given_to_the_next_one()
    {
        var session = (await Device.Register(Description, null)).Session;
        var lease = (await cluster!.Leases.Grant(Description.Id, new JobId("job"), DateTimeOffset.MaxValue, 0))!;
        await Device.Assign(SimulatedJobs.Segment(lease.Token));
        Assert.NotNull(await Device.NextWork(session, Patience));

        session = (await Device.Register(Description with { ProcessId = 2 }, null)).Session;

        Assert.Null(await Device.NextWork(session, AtOnce));
        Assert.Null(Assert.Single(await cluster.Pool.List()).Lease);
    }

    [Theory]
    [InlineData(nameof(IJobGrain.Report), "job")]
    [InlineData(nameof(IDevicePoolGrain.Join), "pool")]
    public async Task Work_that_comes_while_the_device_registers_is_not_dropped(string awaited, string grain)
    {
        await Device.Register(Description, null);
        var held = calls.Hold(awaited, grain);
        var running = new RunningSegment { Job = new JobId("job"), Trial = TrialId.At(0), LeaseToken = 1 };
        var registering = Device.Register(Description, running);
        await held.Happened;
        await Device.Assign(SimulatedJobs.Segment(token: 2));
        held.Stop();

        Assert.Equal(2, (await Device.NextWork((await registering).Session, Patience))!.LeaseToken);
    }

    [Fact]
    public async Task Work_whose_reply_got_lost_is_given_to_the_same_process_again_with_its_lease()
    {
        var session = (await Device.Register(Description, null)).Session;
        var lease = (await cluster!.Leases.Grant(Description.Id, new JobId("job"), DateTimeOffset.MaxValue, 0))!;
        await Device.Assign(SimulatedJobs.Segment(lease.Token));
        Assert.NotNull(await Device.NextWork(session, Patience));

        session = (await Device.Register(Description, null)).Session;
        await Device.Assign(SimulatedJobs.Segment(lease.Token));

        Assert.Equal(lease.Token, (await Device.NextWork(session, Patience))!.LeaseToken);
        Assert.Equal(lease, Assert.Single(await cluster.Pool.List()).Lease);
    }

    [Fact]
    public async Task Work_that_was_begun_is_not_given_again_nor_is_older_work()
    {
        var session = (await Device.Register(Description, null)).Session;
        await Device.Assign(SimulatedJobs.Segment(token: 2));
        Assert.NotNull(await Device.NextWork(session, Patience));
        await Device.Report(session, new SegmentReport { Job = new JobId("job"), Trial = TrialId.At(0), LeaseToken = 2, Step = 1 });

        await Device.Assign(SimulatedJobs.Segment(token: 2));
        await Device.Assign(SimulatedJobs.Segment(token: 1));

        Assert.Null(await Device.NextWork(session, AtOnce));
    }

    [Fact]
    public async Task Work_that_was_refused_to_the_process_is_given_again_if_its_job_means_it_after_all()
    {
        var hold = new Hold();
        cluster!.AddDevice("d1", FaultJobs.Training(), hold.Before);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good"));
        var work = await hold.Reached;
        var session = (await Device.Register(Description, null)).Session;
        var assignment = SimulatedJobs.Segment(work.LeaseToken + 7);
        await Device.Assign(assignment);
        Assert.NotNull(await Device.NextWork(session, Patience));
        var report = new SegmentReport { Job = work.Job, Trial = work.Trial, LeaseToken = assignment.LeaseToken, Step = 1 };
        await Assert.ThrowsAsync<ForeignLeaseException>(() => Device.Report(session, report));

        await Device.Assign(assignment);

        Assert.Equal(assignment.LeaseToken, (await Device.NextWork(session, Patience))!.LeaseToken);
        hold.Release();
    }

    [Fact]
    public async Task A_device_that_takes_leave_is_gone_at_once_and_what_ran_on_it_is_not_blamed()
    {
        var session = (await Device.Register(Description, null)).Session;
        var lease = (await cluster!.Leases.Grant(Description.Id, new JobId("job"), DateTimeOffset.MaxValue, 0))!;

        await Device.Leave(session);

        Assert.Empty(await cluster.Pool.List());
        var lost = Assert.Single((await cluster.Leases.HeldBy(new JobId("job"))).Lost);
        Assert.Equal((lease.Token, "its process took leave", true), (lost.Lease.Token, lost.Reason, lost.IsBlameless));
        await Assert.ThrowsAsync<StaleSessionException>(() => Device.NextWork(session, AtOnce));
    }

    [Fact]
    public async Task Leave_that_is_taken_in_a_session_that_is_over_takes_nothing_out()
    {
        var first = (await Device.Register(Description, null)).Session;
        await Device.Register(Description, null);
        await Assert.ThrowsAsync<StaleSessionException>(() => Device.Leave(first));
        Assert.Single(await cluster!.Pool.List());
    }

    [Fact]
    public async Task What_was_given_to_another_device_or_to_nobody_is_refused_and_changes_nothing()
    {
        var hold = new Hold();
        cluster!.AddDevice("d1", FaultJobs.Training(), hold.Before);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good"));
        var work = await hold.Reached;
        var before = await cluster.Record("job");
        var session = (await Device.Register(Description, null)).Session;

        foreach (var token in (long[])[work.LeaseToken, work.LeaseToken + 1, work.LeaseToken + 2, long.MaxValue])
        {
            var report = new SegmentReport
            {
                Job = work.Job,
                Trial = work.Trial,
                LeaseToken = token,
                Step = 5,
                Points = [FaultJobs.Training().Point(work.Candidate, 5)],
                End = SegmentEnd.Failed,
            };
            var refused = await Assert.ThrowsAsync<ForeignLeaseException>(() => Device.Report(session, report));
            Assert.Contains($"under lease token {token} to device d0", refused.Message);
            await Assert.ThrowsAsync<ForeignLeaseException>(() => Device.Report(session, report with { Trial = new TrialId("t77") }));
            var running = new RunningSegment { Job = work.Job, Trial = work.Trial, LeaseToken = token };
            await Assert.ThrowsAsync<ForeignLeaseException>(() => Device.Register(Description, running));
            session = (await Device.Register(Description, null)).Session;
        }

        Assert.Equal(before.Version, (await cluster.Record("job")).Version);
        // The tokens that follow are given and taken as if nobody had spoken of them.
        hold.Release();
        Assert.Equal(JobPhase.Completed, (await cluster.UntilEnded("job")).Phase);
        Assert.All((await cluster.Record("job")).Trials, t => Assert.Equal((0, TrialState.Completed), (t.Restarts, t.State)));
    }
}
