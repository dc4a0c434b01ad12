using System.Runtime.CompilerServices;
using AutoSelect.Api.Jobs;
using AutoSelect.Contracts;
using AutoSelect.Host.Api;
using AutoSelect.Host.Control.Borrowing;
using AutoSelect.Host.Control.Hooks;
using AutoSelect.Host.Control.Telemetry;
using AutoSelect.Jobs;
using AutoSelect.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control;

/// <summary>A running control side: store, silo and device processes of this machine.</summary>
internal sealed class ControlSession(
    ControlPaths paths, StoreLock storeLock, SqliteStore store, SqliteKeyStore keys, IHost silo, DeviceFleet fleet,
    SiloBorrowing? borrowing, TimeProvider time) : IControlSession
{
    /// <summary>
    /// How long the store may be unavailable before the session gives up: the job is as it was last stored, and can be resumed.
    /// </summary>
    private static readonly TimeSpan LongestStoreFault = TimeSpan.FromMinutes(2);

    private readonly RunningJobs jobs = new(store.Jobs, silo, paths, time);
    private OwnerApi? api;
    private HookCourier? courier;

    /// <summary>Lets other processes of the same user follow, ask and delete.</summary>
    public async Task Listen()
    {
        var loggers = silo.Services.GetRequiredService<ILoggerFactory>();
        var records = new RecentRecords(store.Jobs);
        api = await OwnerApi.Start(
            paths, store.Jobs, store.Leases, new StoreControl(paths, store.Jobs, records, jobs.Submit, jobs.Request, borrowing?.Foresee),
            new GrainDevices(silo.Services.GetRequiredService<IGrainFactory>(), time), ControlComposition.Catalogue,
            loggers, time, keys: keys, borrowed: borrowing?.Status, metrics: ControlTelemetry.Scrape(silo), records: records);
        courier = new HookCourier(store.Jobs, keys, HookRules.Loopback, api: null, time, loggers.CreateLogger<HookCourier>());
        borrowing?.Begin(api.Address);
    }

    public Task<JobId> Submit(JobSpec spec) => jobs.Submit(spec);

    public Task Request(JobId job, JobRequest request) => jobs.Request(job, request);

    public async IAsyncEnumerable<JobUpdate> Follow(JobId job, [EnumeratorCancellation] CancellationToken ct)
    {
        JobRecord? record = null;
        var told = "";
        while (true)
        {
            var events = await RunningJobs.Translated(() => store.Jobs.Changes(job, record?.Version ?? 0));
            record = events.Aggregate(record, JobFold.Apply)
                ?? throw new KeyNotFoundException($"No job '{job}' is stored in {paths.Root}.");
            var trouble = Trouble();
            if (events.Count > 0 || trouble != told)
                yield return new JobUpdate(trouble.Length > 0 ? record with { Notice = trouble } : record, events);
            told = trouble;
            if (record.HasEnded || record.Phase == JobPhase.Paused) yield break;
            if (fleet.Hopeless.IsCompleted) throw await fleet.Hopeless;
            if (store.Fault is { } fault && time.GetElapsedTime(fault.Since) > LongestStoreFault)
                throw new EnvironmentFaultException(fault.Reason);
            await RunningJobs.Translated(async () =>
            {
                await store.Jobs.WaitForChanges(job, record.Version, ct);
                return true;
            });
        }
    }

    public async ValueTask DisposeAsync()
    {
        // First, while they can report to the end.
        if (borrowing is not null) await borrowing.GiveBack();
        // Who follows from elsewhere is told the last events.
        if (api is not null) await api.DisposeAsync();
        if (courier is not null) await courier.DisposeAsync();
        await fleet.DisposeAsync();
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3), time)) await silo.StopAsync(patience.Token);
        silo.Dispose();
        await keys.DisposeAsync();
        await store.DisposeAsync();
        storeLock.Dispose();
    }

    /// <summary>What goes wrong beside the job's own events, which cannot tell of it.</summary>
    private string Trouble() => store.Fault?.Reason ?? string.Join(" ", fleet.Faults.Select(f => f.Message));
}
