using AutoSelect.Contracts;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace AutoSelect.Grains;

/// <summary>
/// Grants leases on devices. Tokens grow over restarts of the control side, because each activation takes a new epoch from the
/// store; leases that segments still run on are told to it again by the devices.
/// </summary>
[Reentrant]
internal sealed partial class DevicePoolGrain(JobStore store, AutoSelectTelemetry telemetry, ILogger<DevicePoolGrain> logger)
    : Grain, IDevicePoolGrain
{
    private const long TokensPerEpoch = 1_000_000;
    private readonly SortedDictionary<string, DeviceStatus> devices = new(StringComparer.Ordinal);
    private readonly Dictionary<JobId, int> wanted = [];
    private long nextToken;

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        nextToken = await store.NextEpoch() * TokensPerEpoch;

    public Task Join(DeviceDescription device, Lease? held)
    {
        devices.TryGetValue(device.Id.Value, out var known);
        var lost = known?.Lease is { } old && old.Token != held?.Token ? old : null;
        // A lease granted since then is newer than the one the device still trains on: the device is told to abandon that.
        var kept = held is not null && (known?.Lease is null || known.Lease.Token <= held.Token) ? held : null;
        devices[device.Id.Value] = new DeviceStatus { Device = device, Lease = kept };
        LogJoined(device.Id, device.Model);
        if (lost is not null) Lost(lost, "its process was started anew");
        Offer();
        return Task.CompletedTask;
    }

    public Task Leave(DeviceId device, string reason)
    {
        if (!devices.Remove(device.Value, out var status)) return Task.CompletedTask;
        LogLeft(device, reason);
        if (status.Lease is { } lease) Lost(lease, reason);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Lease>> Acquire(JobId job, int count)
    {
        var leases = devices.Values.Where(d => d.Lease?.Job == job).Select(d => d.Lease!).ToList();
        foreach (var free in devices.Values.Where(d => d.Lease is null).Take(Math.Max(0, count - leases.Count)).ToList())
        {
            var lease = new Lease { Device = free.Device.Id, Job = job, Token = nextToken++ };
            devices[free.Device.Id.Value] = free with { Lease = lease };
            leases.Add(lease);
            telemetry.LeaseGranted();
        }
        if (leases.Count < count) wanted[job] = count;
        else wanted.Remove(job);
        return Task.FromResult<IReadOnlyList<Lease>>(leases);
    }

    public Task<Lease?> Renew(Lease lease)
    {
        if (!devices.TryGetValue(lease.Device.Value, out var status) || status.Lease?.Token != lease.Token) return Task.FromResult<Lease?>(null);
        var renewed = lease with { Token = nextToken++ };
        devices[lease.Device.Value] = status with { Lease = renewed };
        return Task.FromResult<Lease?>(renewed);
    }

    public Task Release(Lease lease)
    {
        if (devices.TryGetValue(lease.Device.Value, out var status) && status.Lease?.Token == lease.Token)
        {
            devices[lease.Device.Value] = status with { Lease = null };
            telemetry.LeaseReleased();
            Offer();
        }
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<DeviceStatus>> List() => Task.FromResult<IReadOnlyList<DeviceStatus>>([.. devices.Values]);

    private void Lost(Lease lease, string reason)
    {
        telemetry.LeaseLost();
        GrainFactory.GetGrain<IJobGrain>(lease.Job.Value).LeaseLost(lease, reason).Ignore();
    }

    private void Offer()
    {
        foreach (var job in wanted.Keys) GrainFactory.GetGrain<IJobGrain>(job.Value).DevicesChanged().Ignore();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Device {Device} joined: {Model}")]
    private partial void LogJoined(DeviceId device, string model);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Device {Device} left: {Reason}")]
    private partial void LogLeft(DeviceId device, string reason);
}
