using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Selection.History;
using AutoSelect.Storage;
using AutoSelect.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.TestingHost;

namespace AutoSelect.Grains.Tests;

/// <summary>The control side in memory over a real store on disk, with simulated devices. The first job of a name is known by that name.</summary>
internal sealed class ControlCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster cluster;
    private readonly SqliteStore store;
    private readonly JobSubmission submission;
    private readonly List<SimulatedDevice> devices = [];

    private ControlCluster(InProcessTestCluster cluster, SqliteStore store, JobSubmission submission) =>
        (this.cluster, this.store, this.submission) = (cluster, store, submission);

    public IJobStore Jobs => store.Jobs;
    public ILeaseLedger Leases => store.Leases;
    public IDevicePoolGrain Pool => cluster.Client.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key);
    public IGrainFactory Grains => cluster.Client;

    /// <param name="folder">Of the store and of the jobs.</param>
    /// <param name="time">Clock of the grains; null for the system's.</param>
    /// <param name="over">Stands between the grains and the store; null for nothing.</param>
    public static async Task<ControlCluster> Start(string folder, TimeProvider? time = null, Func<IJobStore, IJobStore>? over = null)
    {
        var store = SqliteStore.Open(Path.Combine(folder, "store.db"));
        var supervised = new SupervisedJobs { Every = TimeSpan.FromSeconds(.2) };
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.Services
            .AddJobGrains()
            .AddSingleton(over?.Invoke(store.Jobs) ?? store.Jobs)
            .AddSingleton(store.Leases)
            .AddSingleton(supervised)
            .AddSingleton(time ?? TimeProvider.System)
            .AddSingleton(new HistoryShelf(new Histories(folder), NullLogger<HistoryShelf>.Instance))
            .AddSingleton(new LeaseOptions { Lease = TimeSpan.FromSeconds(1), Check = TimeSpan.FromSeconds(.05) }));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new ControlCluster(cluster, store, new JobSubmission(store.Jobs, cluster.Client, supervised, TimeProvider.System, Path.Combine(folder, "jobs")));
    }

    public IJobGrain Job(string name) => cluster.Client.GetGrain<IJobGrain>(IdOf(name).Value);

    public static JobId IdOf(string name) => new($"{name}-1");

    public SimulatedDevice AddDevice(string id, SimulatedTraining training, Func<SegmentAssignment, Task>? beforeSegment = null)
    {
        var device = new SimulatedDevice(cluster.Client, id, training);
        if (beforeSegment is not null) device.BeforeSegment = beforeSegment;
        devices.Add(device);
        device.Start();
        return device;
    }

    public Task<JobId> Submit(string name, JobSpec spec) => submission.Submit(spec with { Name = name });

    public Task Request(string name, JobRequest request) => Job(name).Request(request);

    /// <summary>The events of a job, read in a number of pages at least.</summary>
    public async Task<IReadOnlyList<JobEvent>> Events(string name, int pages = 1)
    {
        var all = await Jobs.Changes(IdOf(name), 0);
        if (pages == 1) return all;
        var read = new List<JobEvent>();
        while (await Jobs.Changes(IdOf(name), read.Count, Math.Max(1, all.Count / pages)) is { Count: > 0 } page) read.AddRange(page);
        return read;
    }

    public async Task<JobRecord> Record(string name) => JobFold.FromEvents(await Events(name)) ?? throw new KeyNotFoundException(name);

    /// <summary>Waits until the record fulfils a condition; the deadline only bounds a failing test.</summary>
    public async Task<JobRecord> Until(string name, Func<JobRecord, bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        JobRecord? record = null;
        try
        {
            while (true)
            {
                foreach (var e in await Jobs.Changes(IdOf(name), record?.Version ?? 0))
                {
                    record = JobFold.Apply(record, e);
                    if (condition(record)) return record;
                }
                await Jobs.WaitForChanges(IdOf(name), record?.Version ?? 0, patience.Token);
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"Job {name} never {what}; it is {record?.Phase}, {record?.Rungs.Length} rungs: {string.Join(", ", record?.Trials.Select(t => $"{t.Id} {t.State} {t.Checkpoint?.Step} ({t.Reason})") ?? [])}. {record?.Notice}");
        }
    }

    /// <summary>Waits for something that no event tells of.</summary>
    public static async Task UntilTrue(Func<bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!condition())
        {
            if (patience.IsCancellationRequested) throw new TimeoutException($"Never {what}.");
            await Task.Delay(20);
        }
    }

    public Task<JobRecord> UntilEnded(string name) => Until(name, r => r.HasEnded, "ended");

    public async ValueTask DisposeAsync()
    {
        foreach (var device in devices) await device.DisposeAsync();
        await cluster.DisposeAsync();
        await store.DisposeAsync();
    }
}
