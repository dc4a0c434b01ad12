using AutoSelect.Contracts;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Storage;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Grains;

/// <summary>
/// Shares the devices among the jobs. All that counts stands in the ledger; in memory is only when each device was last heard of, which
/// begins anew with every activation: a device that does not come back within its lease after a restart loses it, and its trial is not
/// blamed.
/// </summary>
internal sealed partial class DevicePoolGrain(
    ILeaseLedger ledger, IJobStore jobs, SupervisedJobs supervised, DeviceLending lending, TimeProvider time, LeaseOptions options,
    SharingOptions sharing, AutoSelectTelemetry telemetry, ILogger<DevicePoolGrain> logger)
    : Grain, IDevicePoolGrain
{
    private readonly Dictionary<DeviceId, long> heardAt = [];
    private readonly HashSet<DeviceId> unheard = [];

    /// <summary>Silence that is borne beside the usual: of clients that train elsewhere.</summary>
    private readonly Dictionary<DeviceId, TimeSpan> more = [];
    private readonly Standstill standstill = new(time, options.Lease / 2);
    private readonly PoolAccounts accounts = new(ledger, time, sharing);
    private PoolMatching? matching;
    private long sweptAt;

    private PoolMatching Matching => matching ??= new(ledger, accounts, supervised, time, options, sharing, telemetry, logger, Wake);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var status in await ledger.Devices())
        {
            heardAt[status.Device.Id] = time.GetTimestamp();
            unheard.Add(status.Device.Id);
            Know(status.Device);
        }
        sweptAt = time.GetTimestamp();
        this.RegisterGrainTimer(_ => Tick(), new GrainTimerCreationOptions(options.Check, options.Check) { KeepAlive = true });
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        telemetry.Pool.Holds([]);
        return Task.CompletedTask;
    }

    public async Task Join(DeviceDescription device, long? held)
    {
        var devices = await ledger.Devices();
        var known = devices.FirstOrDefault(d => d.Device.Id == device.Id);
        if (known is null && device.Elsewhere is { } client
            && devices.Count(d => d.Device.Elsewhere?.Job == client.Job) >= options.MostClients)
            throw new InvalidOperationException(
                $"Job {client.Job} has {Wording.Count(options.MostClients, "client")}: it may have no more, such as '{client.Name}'.");
        // Whatever the process says of that.
        device = device with { Origin = lending.Origin(device.Id) };
        var own = device.Elsewhere is null ? DeviceStatus.OwnProvider : DeviceStatus.ElsewhereProvider;
        await ledger.Put(device, device.Origin?.Provider ?? own, device.Origin?.Price ?? 0);
        Know(device);
        Hear(device.Id);
        // The same process may have been given a newer lease than the one it still works under; another process has nothing of what the
        // lease was for.
        if (known?.Lease is { } lease && lease.Token != held && !known.Device.IsSameProcess(device)
            && await ledger.Revoke(lease.Token, "its process was started anew", isBlameless: device.Origin is not null))
            Lost(lease.Job);
        LogJoined(device.Id, device.Model);
        Matching.Ask();
    }

    public async Task Leave(DeviceId device, string reason, bool isBlameless)
    {
        LogLeft(device, reason);
        if (await ledger.Remove(device, reason, isBlameless) is { } job) Lost(job);
        heardAt.Remove(device);
        more.Remove(device);
        unheard.Remove(device);
    }

    public async Task Silent(DeviceId device, string reason)
    {
        // Where its scheduler says nothing, the next look at silences takes it out.
        if (await IsBorrowed(device)) lending.Look();
        else await Leave(device, reason, isBlameless: false);
    }

    public Task<bool> Heard(DeviceId device)
    {
        if (!heardAt.ContainsKey(device)) return Task.FromResult(false);
        Hear(device);
        return Task.FromResult(true);
    }

    public async Task State(Demand demand)
    {
        await ledger.State(demand, time.GetUtcNow());
        // Also the same once more: it may not have been this process's to serve.
        if (demand.Most > 0) Matching.Ask(force: true);
        lending.Look();
    }

    public Task Released()
    {
        Matching.Ask();
        return Task.CompletedTask;
    }

    public async Task<IReadOnlyList<DeviceStatus>> List() => await ledger.Devices();

    private async Task Tick()
    {
        try
        {
            var stood = standstill.Look();
            foreach (var device in heardAt.Keys.ToArray()) heardAt[device] += stood;
            // One may be heard while another one is taken out, so each is looked at in its turn.
            foreach (var device in heardAt.Keys.ToArray())
                if (heardAt.TryGetValue(device, out var at) && time.GetElapsedTime(at) > Longest(device)) await Expire(device);
            if (time.GetElapsedTime(sweptAt) > options.Lease) await Sweep();
            await accounts.Charge();
            Matching.Ask();
        }
        catch (StoreUnavailableException e)
        {
            LogStoreUnavailable(e);
        }
    }

    /// <summary>Its own grain would have told of it earlier, unless that grain is gone too.</summary>
    private async Task Expire(DeviceId device)
    {
        var isNew = unheard.Contains(device);
        var reason = isNew ? "it did not come back after a restart of the control side"
            : $"silent for over {Longest(device).TotalSeconds:0.#} s";
        // A borrowed one may have been taken back in a way that its scheduler did not tell of.
        await Leave(device, reason, isNew || await IsBorrowed(device));
    }

    private async Task<bool> IsBorrowed(DeviceId device) =>
        (await ledger.Devices()).FirstOrDefault(d => d.Device.Id == device)?.Device.Origin is not null;

    /// <summary>
    /// Takes back what is still written down for jobs that do not run any more: their last word may have been lost with their silo.
    /// </summary>
    private async Task Sweep()
    {
        sweptAt = time.GetTimestamp();
        var devices = await ledger.Devices();
        telemetry.Pool.Holds(devices);
        // A pool that was started elsewhere meanwhile may have taken one out: it is to register again.
        foreach (var gone in heardAt.Keys.Except(devices.Select(d => d.Device.Id)).ToArray()) heardAt.Remove(gone);
        var leases = devices.Select(d => d.Lease).OfType<Lease>().ToLookup(l => l.Job, l => l.Token);
        var demands = await ledger.Demands();
        // Only now: a job is stored before it asks for anything.
        var running = (await jobs.Running()).ToHashSet();
        foreach (var job in leases.Select(g => g.Key).Union(demands.Select(d => d.Job)))
        {
            if (supervised.Contains(job) && running.Contains(job)) continue;
            await ledger.State(new Demand { Job = job, Least = 1, Most = 0 }, time.GetUtcNow());
            await ledger.Release(job, [.. leases[job]]);
        }
    }

    private void Lost(JobId job)
    {
        telemetry.LeaseLost();
        Wake(job);
    }

    private TimeSpan Longest(DeviceId device) => (2 * options.Lease) + more.GetValueOrDefault(device);

    private void Know(DeviceDescription device)
    {
        if (device.Elsewhere is { } client) more[device.Id] = TimeSpan.FromSeconds(client.PatienceSeconds);
    }

    private void Hear(DeviceId device)
    {
        heardAt[device] = time.GetTimestamp();
        unheard.Remove(device);
    }

    private void Wake(JobId job) => GrainFactory.GetGrain<IJobGrain>(job.Value).Wake().Ignore();

    [LoggerMessage(Level = LogLevel.Information, Message = "Device {Device} joined: {Model}")]
    private partial void LogJoined(DeviceId device, string model);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Device {Device} left: {Reason}")]
    private partial void LogLeft(DeviceId device, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "The lease ledger cannot be used; trying again")]
    private partial void LogStoreUnavailable(Exception exception);
}
