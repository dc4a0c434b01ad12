using System.Collections.Concurrent;
using System.Threading.Channels;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Host.Control.Cluster;
using AutoSelect.Host.Tests.Cluster;
using AutoSelect.Providers;
using AutoSelect.Testing;
using AutoSelect.Testing.Postgres;

namespace AutoSelect.Host.Tests.Borrowing;

/// <summary>Silos over a real PostgreSQL that borrow simulated devices of a simulated scheduler.</summary>
public sealed class ServedBorrowingTests(SharedPostgres shared) : IDisposable
{
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder folder = new();
    private readonly SimulatedLender lender = new();
    private readonly Channel<(BorrowLabel Label, SegmentAssignment Segment)> began =
        Channel.CreateUnbounded<(BorrowLabel, SegmentAssignment)>();
    private readonly ConcurrentDictionary<BorrowLabel, SimulatedDevice> devices = new();
    private readonly TaskCompletionSource mayTrain = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_job_borrows_loses_a_device_without_blame_and_the_last_silo_gives_all_back()
    {
        var database = await (await shared.Server()).CreateDatabase();
        var first = await Serve(database, "a");
        await Until(() => lender.Looks > 0, "looked at the scheduler");
        var second = await Serve(database, "b");
        await using var jobs = await ServedJobs.Connect(database, folder.Path, folder["a"], folder["b"]);
        lender.Started = label => devices[label] = jobs.AddDevice(label.ToString(), segment => Hold(label, segment));

        var job = await jobs.Submit(SimulatedJobs.BestAtHorizon("wide", "narrow"));
        var (lost, kept) = (await Began(), await Began());
        Assert.Equal(2, lender.Live.Length);
        using (var api = new ApiClient(ApiFile.Read(new ControlPaths(folder["b"]).Api)!.ToAddress()))
        {
            var origin = new DeviceOrigin("simulated", "spare", 0.01);
            Assert.All(await api.ListDevices(Ct), d => Assert.Equal(origin, d.Device.Origin));
            Assert.All(await api.ListLeases(Ct), l => Assert.Equal("simulated", l.Provider));
            await Until(async () => (await api.ListBorrowed(Ct)).Devices is { Length: 2 } all
                && all.All(d => d.Origin == origin && d.Stage == BorrowStage.InUse), "showed what is borrowed");
        }
        Assert.True(File.Exists(Path.Combine(folder["shared"], "borrowing", "autoselect-c1.key")));

        await devices[lost.Label].Die();
        lender.End(lost.Label, EndReason.Preempted);
        var again = await Began();
        Assert.NotEqual(kept.Label, again.Label);
        mayTrain.SetResult();
        await jobs.Check(job, await jobs.UntilEnded(job));
        var ended = (await jobs.Jobs.Changes(job, 0)).Select(e => e.Change).OfType<SegmentEnded>()
            .First(e => e.Trial == lost.Segment.Trial);
        Assert.Equal((SegmentEnd.Interrupted, "preempted (as the test says)", 0), (ended.End, ended.Reason, ended.Restarts));

        // What is left is the other silo's, which goes on borrowing.
        var looks = lender.Looks;
        await first.DisposeAsync();
        Assert.Equal(2, lender.Live.Length);
        await Until(() => lender.Looks > looks + 5, "had the other silo look at the scheduler");
        await second.DisposeAsync();
        Assert.Empty(lender.Live);
    }

    [Fact]
    public async Task A_project_at_its_quota_of_devices_borrows_no_more()
    {
        var database = await (await shared.Server()).CreateDatabase();
        await using var session = await Serve(database, "a");
        await using var jobs = await ServedJobs.Connect(database, folder.Path, folder["a"]);
        lender.Started = label => devices[label] = jobs.AddDevice(label.ToString(), segment => Hold(label, segment));
        using var api = new ApiClient(ApiFile.Read(new ControlPaths(folder["a"]).Api)!.ToAddress());
        await api.LimitProject(JobSpec.DefaultProject, new NewLimits { Whole = new UseLimits { Devices = 1 } }, Ct);

        var job = await jobs.Submit(SimulatedJobs.BestAtHorizon("wide", "narrow"));
        await Began();
        // Rounds in which the job lacks a device that its project may not hold.
        var looks = lender.Looks;
        await Until(() => lender.Looks > looks + 5, "looked at the scheduler");
        Assert.Equal(1, lender.Requests);

        await api.LimitProject(JobSpec.DefaultProject, new NewLimits { Whole = new UseLimits { Devices = 2 } }, Ct);
        await Began();
        mayTrain.SetResult();
        await jobs.Check(job, await jobs.UntilEnded(job));
    }

    private Task Hold(BorrowLabel label, SegmentAssignment segment)
    {
        began.Writer.TryWrite((label, segment));
        return mayTrain.Task;
    }

    private Task<(BorrowLabel Label, SegmentAssignment Segment)> Began() => began.Reader.ReadAsync(Ct).AsTask().WaitAsync(patience, Ct);

    private Task<ServeSession> Serve(string database, string name) => ServeSession.Start(
        new ServeOptions
        {
            Database = database,
            Paths = new ControlPaths(folder[name]) { Shared = folder["shared"] },
            Borrowing = lender.Settings,
        },
        TimeProvider.System, Ct);

    private static Task Until(Func<bool> condition, string what) => Until(() => Task.FromResult(condition()), what);

    private static async Task Until(Func<Task<bool>> condition, string what)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        bound.CancelAfter(patience);
        while (!await condition())
        {
            Assert.False(bound.IsCancellationRequested, $"Nobody {what}.");
            await Task.Delay(20, Ct);
        }
    }
}
