using AutoSelect.Contracts;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>When the pool makes plans, and who waits for them.</summary>
public sealed class PoolMatchingTests : IDisposable
{
    /// <summary>Longest that a failing test waits.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder folder = new();
    private FaultyLedger? ledger;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    private Task<ControlCluster> Start() => ControlCluster.Start(
        folder.Path, overLeases: l => ledger = new FaultyLedger(l), sharing: new SharingOptions { PlanEvery = TimeSpan.FromMinutes(10) });

    private static DeviceDescription Device(int i) =>
        new() { Id = new DeviceId($"d{i}"), Kind = DeviceKind.Cpu, Index = i, Model = "m", Host = "h" };

    [Fact]
    public async Task Devices_and_demands_do_not_wait_for_a_plan_and_one_more_serves_all_that_came_meanwhile()
    {
        await using var cluster = await Start();
        cluster.Supervise("job");
        var (reached, held) = (new TaskCompletionSource(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        ledger!.BeforeDemands = () =>
        {
            reached.TrySetResult();
            return held.Task;
        };
        await cluster.Pool.Join(Device(0), held: null).WaitAsync(Bound, Ct);
        await reached.Task.WaitAsync(Bound, Ct);

        for (var i = 1; i < 20; i++) await cluster.Pool.Join(Device(i), held: null).WaitAsync(Bound, Ct);
        await cluster.Pool.State(new Demand { Job = ControlCluster.IdOf("job"), Least = 1, Most = 20 }).WaitAsync(Bound, Ct);
        (ledger.BeforeDemands, _) = (null, held.TrySetResult());

        await ControlCluster.UntilTrue(() => cluster.Leases.Devices().Result.All(d => d.Lease is not null), "granted all devices");
        // The first, one for all that came meanwhile, and those that find nothing but what was granted by them.
        Assert.InRange(ledger.DemandsRead, 1, 4);
    }

    [Fact]
    public async Task While_nothing_changes_no_plan_is_made_whoever_asks()
    {
        await using var cluster = await Start();
        cluster.Supervise("job");
        await cluster.Pool.Join(Device(0), held: null);
        await cluster.Pool.State(new Demand { Job = ControlCluster.IdOf("job"), Least = 1, Most = 2 });
        await ControlCluster.UntilTrue(() => cluster.Leases.Devices().Result[0].Lease is not null, "granted the device");
        int plans;
        do plans = ledger!.DemandsRead;
        while (await PlansAfterAsking(cluster) > plans);

        Assert.Equal(plans, await PlansAfterAsking(cluster));
        await cluster.Leases.ChangeLimits("p", limits => limits);
        await ControlCluster.UntilTrue(() => ledger.DemandsRead > plans, "saw the new limits");
    }

    /// <summary>
    /// Plans made by when pool and watch have looked for news a good many times. One asks after the other: the pool's answer is not waited
    /// for, and whoever asks faster than it looks has what comes later wait behind all of that.
    /// </summary>
    private async Task<int> PlansAfterAsking(ControlCluster cluster)
    {
        for (var i = 0; i < 20; i++)
        {
            var looks = ledger!.NewsRead;
            await cluster.Pool.Released();
            await ControlCluster.UntilTrue(() => ledger.NewsRead > looks, "looked for news");
        }
        return ledger!.DemandsRead;
    }

    [Fact]
    public async Task A_plan_that_fails_is_made_again()
    {
        await using var cluster = await Start();
        cluster.Supervise("job");
        var failed = ledger!.Fail(nameof(Storage.ILeaseLedger.Grant), times: 2);
        await cluster.Pool.Join(Device(0), held: null);
        await cluster.Pool.State(new Demand { Job = ControlCluster.IdOf("job"), Least = 1, Most = 1 });
        await failed.WaitAsync(Bound, Ct);
        await ControlCluster.UntilTrue(() => cluster.Leases.Devices().Result[0].Lease is not null, "granted the device");
    }
}
