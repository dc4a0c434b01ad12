using AutoSelect.Contracts;
using AutoSelect.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace AutoSelect.Grains.Tests;

/// <summary>The control side in memory over a real store on disk, with simulated devices.</summary>
internal sealed class ControlCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster cluster;
    private readonly List<SimulatedDevice> devices = [];

    private ControlCluster(InProcessTestCluster cluster, JobStore store, string folder)
    {
        this.cluster = cluster;
        Store = store;
        Folder = folder;
    }

    public JobStore Store { get; }
    public string Folder { get; }

    public static async Task<ControlCluster> Start(string folder, TimeProvider? time = null)
    {
        var store = new JobStore(Path.Combine(folder, "store.db"));
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.Services
            .AddSingleton(store)
            .AddSingleton(time ?? TimeProvider.System)
            .AddSingleton<CheckpointFiles>()
            .AddSingleton<AutoSelectTelemetry>()
            .AddSingleton(new LeaseOptions { Lease = TimeSpan.FromSeconds(1), Check = TimeSpan.FromSeconds(.05) }));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new ControlCluster(cluster, store, folder);
    }

    public IJobGrain Job(string id) => cluster.Client.GetGrain<IJobGrain>(id);

    public IDevicePoolGrain Pool => cluster.Client.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key);

    public IGrainFactory Grains => cluster.Client;

    public SimulatedDevice AddDevice(string id, SimulatedTraining training, Func<SegmentAssignment, Task>? beforeSegment = null)
    {
        var device = new SimulatedDevice(cluster.Client, id, training);
        if (beforeSegment is not null) device.BeforeSegment = beforeSegment;
        devices.Add(device);
        device.Start();
        return device;
    }

    public Task Submit(string id, JobSpec spec) => Job(id).Submit(spec, Path.Combine(Folder, id));

    /// <summary>Waits until the record fulfils a condition; the deadline only bounds a failing test.</summary>
    public async Task<JobRecord> Until(string id, Func<JobRecord, bool> condition, string what)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        JobRecord? record = null;
        while (!patience.IsCancellationRequested)
        {
            record = await Job(id).GetRecord();
            if (record is not null && condition(record)) return record;
            await Task.Delay(20);
        }
        throw new TimeoutException($"Job {id} never {what}; it is {record?.Phase}, {record?.Rungs.Length} rungs: {string.Join(", ", record?.Trials.Select(t => $"{t.Id} {t.State} {t.Checkpoint?.Step} ({t.Reason})") ?? [])}. {record?.Notice}");
    }

    public Task<JobRecord> UntilEnded(string id) => Until(id, r => r.Phase is JobPhase.Completed or JobPhase.Failed, "ended");

    public async ValueTask DisposeAsync()
    {
        foreach (var device in devices) await device.DisposeAsync();
        await cluster.DisposeAsync();
        await Store.DisposeAsync();
    }
}
