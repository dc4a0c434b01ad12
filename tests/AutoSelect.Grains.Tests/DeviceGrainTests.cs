using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>A device that gets work while it still ends other work, or registers anew meanwhile.</summary>
public sealed class DeviceGrainTests : IAsyncLifetime
{
    private static readonly TimeSpan AtOnce = TimeSpan.Zero, Patience = TimeSpan.FromSeconds(20);
    private static readonly DeviceDescription Description = new() { Id = new DeviceId("d0"), Kind = DeviceKind.Cpu, Index = 0, Model = "simulated", Host = "simulated" };

    private readonly TemporaryFolder folder = new();
    private ControlCluster? cluster;

    private IDeviceGrain Device => cluster!.Grains.GetGrain<IDeviceGrain>("d0");

    public async ValueTask InitializeAsync() => cluster = await ControlCluster.Start(folder.Path);

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
        var reply = await Device.Report(session, new SegmentReport { Job = new JobId("job"), Trial = TrialId.At(0), LeaseToken = 1, Step = 5, End = SegmentEnd.RankLost });

        Assert.Equal(SegmentOrder.Abandon, reply.Order);
        Assert.Equal(2, (await Device.NextWork(session, AtOnce))!.LeaseToken);
    }

    [Fact]
    public async Task Work_that_no_process_has_seen_and_its_lease_outlast_a_registration()
    {
        var first = (await Device.Register(Description, null)).Session;
        var lease = (await cluster!.Leases.Grant(Description.Id, new JobId("job"), DateTimeOffset.MaxValue, 0))!;
        await Device.Assign(SimulatedJobs.Segment(lease.Token));

        var second = (await Device.Register(Description, new RunningSegment { Job = new JobId("job"), Trial = TrialId.At(0), LeaseToken = lease.Token - 1 })).Session;

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
}
