using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>What the pool makes of devices that are not one's own.</summary>
public sealed class BorrowedDeviceTests : IAsyncDisposable
{
    private const string Borrowed = "borrowed-1", Other = "own";

    private static readonly DeviceOrigin origin = new("slurm", "spare", .01);

    private readonly TemporaryFolder folder = new();
    private volatile TaskCompletionSource looked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SimulatedTraining training = new SimulatedTraining().Ends("wide", 0.9).Ends("narrow", 0.7);
    private ControlCluster? cluster;

    public async ValueTask DisposeAsync()
    {
        if (cluster is not null) await cluster.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task One_registers_with_where_it_comes_from_whatever_its_process_says()
    {
        await Start();
        var liar = new DeviceOrigin("cheap", "free", 0);
        foreach (var id in (string[])[Borrowed, Other])
        {
            var device = new DeviceDescription
            {
                Id = new DeviceId(id),
                Kind = DeviceKind.Cpu,
                Index = 0,
                Model = "any",
                Host = "any",
                Origin = liar,
            };
            await cluster!.Grains.GetGrain<IDeviceGrain>(id).Register(device, null);
        }
        var pool = await cluster!.Pool.List();
        Assert.Equal([origin, null], pool.Select(d => d.Device.Origin));
        var lease = await cluster.Leases.Grant(new DeviceId(Borrowed), new JobId("job"), DateTimeOffset.MaxValue, 0);
        Assert.Equal("slurm", lease!.Provider);
    }

    [Fact]
    public async Task One_that_falls_silent_is_asked_about_and_its_trial_is_not_blamed()
    {
        await Start(lease: TimeSpan.FromSeconds(1));
        var held = new TaskCompletionSource<SegmentAssignment>(TaskCreationOptions.RunContinuationsAsynchronously);
        var device = cluster!.AddDevice(Borrowed, training, segment =>
        {
            held.TrySetResult(segment);
            return new TaskCompletionSource().Task;
        });
        device.ReportsWhileHeld = true;
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("wide", "narrow"));
        var lost = await held.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        // From here on nobody's demand changes.
        looked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await device.Die();
        await looked.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        var record = await cluster.Until("job", r => r[lost.Trial].Segments is [{ EndedAt: not null }, ..], "lost its device");
        Assert.Equal((SegmentEnd.Interrupted, 0), (record[lost.Trial].Segments[0].End, record[lost.Trial].Restarts));
        cluster.AddDevice(Other, training);
        await cluster.UntilEnded("job");
    }

    [Theory]
    [InlineData(true, SegmentEnd.Interrupted, 0)]
    [InlineData(false, SegmentEnd.DeviceLost, 1)]
    public async Task One_that_its_scheduler_tells_the_end_of_is_lost_at_once(bool isBlameless, SegmentEnd end, int restarts)
    {
        await Start();
        var held = new TaskCompletionSource<SegmentAssignment>(TaskCreationOptions.RunContinuationsAsynchronously);
        var device = cluster!.AddDevice(Borrowed, training, segment =>
        {
            held.TrySetResult(segment);
            return new TaskCompletionSource().Task;
        });
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("wide", "narrow"));
        var lost = await held.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        await device.Die();
        await cluster.Pool.Leave(device.Description.Id, "preempted (PREEMPTED, exit code 0)", isBlameless);
        cluster.AddDevice(Other, training);
        var record = await cluster.UntilEnded("job");
        var ended = (await cluster.Events("job")).Select(e => e.Change).OfType<SegmentEnded>().First(e => e.Trial == lost.Trial);
        Assert.Equal((end, restarts, "preempted (PREEMPTED, exit code 0)"), (ended.End, record[lost.Trial].Restarts, ended.Reason));
    }

    private async Task Start(TimeSpan? lease = null) => cluster = await ControlCluster.Start(folder.Path, lease: lease, lending: new()
    {
        Origin = id => id.Value == Borrowed ? origin : null,
        Look = () => looked.TrySetResult(),
    });
}
