using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;
using AutoSelect.Storage;
using AutoSelect.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Core.Internal;
using Orleans.TestingHost;

namespace AutoSelect.Grains.Tests;

/// <summary>
/// The control side in memory over a real store on disk, with simulated devices. The first job of a name is known by that name.
/// </summary>
internal sealed class ControlCluster : IAsyncDisposable
{
    private readonly InProcessTestCluster cluster;
    private readonly SqliteStore store;
    private readonly JobSubmission submission;
    private readonly List<SimulatedDevice> devices = [];
    private SupervisedJobs supervised = new();
    private PolicySource policies = PolicyCatalogue.Get;

    private ControlCluster(InProcessTestCluster cluster, SqliteStore store, JobSubmission submission) =>
        (this.cluster, this.store, this.submission) = (cluster, store, submission);

    public IJobStore Jobs => store.Jobs;
    public ILeaseLedger Leases => store.Leases;
    public IDevicePoolGrain Pool => cluster.Client.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key);
    public IGrainFactory Grains => cluster.Client;

    /// <param name="folder">Of the store and of the jobs.</param>
    /// <param name="time">Clock of the grains; null for the system's.</param>
    /// <param name="over">Stands between the grains and the store; null for nothing.</param>
    /// <param name="overLeases">Stands between the grains and the ledger; null for nothing.</param>
    /// <param name="policies">Where jobs get their policies; null for the catalogue.</param>
    /// <param name="calls">Loses and holds calls of grains; null for none.</param>
    /// <param name="lease">Silence that is borne; null for so long that nobody is lost by it: see <see cref="Lose"/>.</param>
    /// <param name="lending">Tells which devices are borrowed; null for none.</param>
    /// <param name="join">How long a run waits for the last of its devices; null for as long as it takes.</param>
    /// <param name="quiet">
    /// After which everybody looks by himself; null for the default, but for a moment where the clock may be shifted: nobody tells of that.
    /// </param>
    /// <param name="mostClients">That ask one job for its runs.</param>
    /// <param name="sharing">How devices are shared; null for the defaults.</param>
    public static async Task<ControlCluster> Start(
        string folder, TimeProvider? time = null, Func<IJobStore, IJobStore>? over = null,
        Func<ILeaseLedger, ILeaseLedger>? overLeases = null,
        PolicySource? policies = null, CallFaults? calls = null, TimeSpan? lease = null, TimeSpan? join = null,
        SharingOptions? sharing = null, DeviceLending? lending = null, int mostClients = 2000, TimeSpan? quiet = null)
    {
        policies ??= PolicyCatalogue.Get;
        var store = SqliteStore.Open(Path.Combine(folder, "store.db"));
        var supervised = new SupervisedJobs { Every = TimeSpan.FromSeconds(.2) };
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.AddIncomingGrainCallFilter(calls ?? new CallFaults()).Services
            .AddSingleton(lending ?? new DeviceLending())
            .AddJobGrains()
            .AddSingleton(policies)
            .AddSingleton(over?.Invoke(store.Jobs) ?? store.Jobs)
            .AddSingleton(overLeases?.Invoke(store.Leases) ?? store.Leases)
            .AddSingleton(supervised)
            .AddSingleton(sharing ?? new SharingOptions())
            .AddSingleton(time ?? TimeProvider.System)
            .AddSingleton(new HistoryShelf(new Histories(folder), NullLogger<HistoryShelf>.Instance))
            .AddSingleton(new LeaseOptions
            {
                Lease = lease ?? FaultJobs.LongLease,
                Join = join ?? TimeSpan.FromMinutes(10),
                Check = TimeSpan.FromSeconds(.05),
                Quiet = quiet ?? (time is null ? new LeaseOptions().Quiet : TimeSpan.FromSeconds(.2)),
                MostClients = mostClients,
            }));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        var submission = new JobSubmission(store.Jobs, store.Leases, cluster.Client, supervised, time ?? TimeProvider.System,
            Path.Combine(folder, "jobs"));
        return new ControlCluster(cluster, store, submission) { supervised = supervised, policies = policies };
    }

    public IJobGrain Job(string name) => cluster.Client.GetGrain<IJobGrain>(IdOf(name).Value);

    public static JobId IdOf(string name) => new($"{name}-1");

    public SimulatedDevice AddDevice(
        string id, SimulatedTraining training, Func<SegmentAssignment, Task>? beforeSegment = null,
        Func<SegmentAssignment, Task>? afterBranch = null, string model = "simulated")
    {
        var device = new SimulatedDevice(cluster.Client, id, training, model);
        if (afterBranch is not null) device.AfterBranch = afterBranch;
        if (beforeSegment is not null) device.BeforeSegment = beforeSegment;
        devices.Add(device);
        device.Start();
        return device;
    }

    /// <summary>Has a device fall silent for good, and the pool take it for lost.</summary>
    public async Task Lose(SimulatedDevice device)
    {
        await device.Die();
        await Pool.Silent(device.Description.Id, "it fell silent");
    }

    public Task<JobId> Submit(string name, JobSpec spec, string? key = null) => submission.Submit(spec with { Name = name }, key);

    /// <summary>Stores a record as the first event of a job, and wakes it.</summary>
    public async Task Import(string name, JobRecord record, DateTimeOffset now)
    {
        await Jobs.Create(record.Spec with { Name = name }, now, job =>
        {
            var imported = record with { Id = job, StartedAt = now };
            return (new JobEvent(1, now, 0, new JobImported(imported)), JobSummaries.FromRecord(imported, now));
        });
        Supervise(name);
        await Job(name).Wake();
    }

    /// <summary>Has a job of an earlier control process go on.</summary>
    public void Supervise(string name) => supervised.Add(IdOf(name));

    /// <summary>Takes an activation away as the end of its silo does; the next call makes another.</summary>
    public static ValueTask Deactivate(IGrain grain) => grain.AsReference<IGrainManagementExtension>().DeactivateOnIdle();

    public Task Request(string name, JobRequest request)
    {
        Supervise(name);
        return Job(name).Request(request);
    }

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
            throw new TimeoutException(
                $"Job {name} never {what}; it is {record?.Phase}, {record?.Rungs.Length} rungs: "
                + $"{string.Join(", ", record?.Trials.Select(t => $"{t.Id} {t.State} {t.Checkpoint?.Step} ({t.Reason})") ?? [])}. "
                + $"{record?.Notice}");
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

    /// <summary>Waits for the end and computes all decisions again.</summary>
    public async Task<JobRecord> UntilEnded(string name)
    {
        var record = await Until(name, r => r.HasEnded, "ended");
        foreach (var decision in DecisionVerification.Verify(await Events(name), _ => SelectionHistory.Empty, n => policies(n)))
            Assert.True(decision.IsEqual, $"decision {decision.Rung} cannot be computed again: {decision.Difference}");
        return record;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var device in devices) await device.DisposeAsync();
        await cluster.DisposeAsync();
        await store.DisposeAsync();
    }
}
