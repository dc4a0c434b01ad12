using System.Collections.Immutable;
using AutoSelect.Api.Projects;
using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Sharing;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Devices;

/// <summary>Devices, who holds them and who waits for them. All may see that; of whose job it is only those of its project.</summary>
internal static class DeviceRoutes
{
    public static async Task<IResult> Devices(ApiCall call) => ApiCall.Json(await PoolDevices(call));

    public static async Task<IResult> Leases(ApiCall call) =>
        ApiCall.Json<ImmutableArray<LeaseInForce>>([.. (await PoolDevices(call)).Select(d => d.Lease).OfType<LeaseInForce>()]);

    public static async Task<IResult> Queue(ApiCall call) => ApiCall.Json(await Demands(call));

    /// <summary>All of it, as the caller may see it.</summary>
    public static async Task<PoolState> Pool(ApiCall call) => new(await PoolDevices(call), await Demands(call));

    /// <summary>The job, where the caller may know of it.</summary>
    public static async Task<JobId?> Visible(ApiCall call, JobId job) =>
        call.Caller.OnlyProject is null || (await call.Parts.Jobs.Find(job) is { } known && call.Caller.Covers(known.Project)) ? job : null;

    private static async Task<ImmutableArray<PoolDevice>> PoolDevices(ApiCall call)
    {
        var devices = ImmutableArray.CreateBuilder<PoolDevice>();
        foreach (var status in await call.Parts.Leases.Devices())
            devices.Add(new PoolDevice(status.Device, status.Lease is { } lease ? await InForce(call, status.Device, lease) : null));
        return devices.ToImmutable();
    }

    private static async Task<ImmutableArray<QueuedDemand>> Demands(ApiCall call)
    {
        var facts = (await PoolReading.Read(call)).Facts;
        var waits = PoolPlan.Make(facts, call.Parts.Sharing).Waits;
        var queue = ImmutableArray.CreateBuilder<QueuedDemand>();
        foreach (var stated in facts.Demands)
        {
            var (demand, job) = (stated.Demand, await Visible(call, stated.Job));
            queue.Add(new QueuedDemand(queue.Count + 1, job, demand.Least, demand.Most, demand.Class, demand.Price)
            {
                Held = facts.Devices.Count(d => d.Lease?.Job == stated.Job),
                Priority = demand.Priority,
                IsAdmitted = stated.AdmittedAt is not null,
                Waits = job is null ? "" : waits.GetValueOrDefault(stated.Job, ""),
            });
        }
        return queue.ToImmutable();
    }

    /// <summary>What a borrowed device costs is its provider's to say, not its holder's.</summary>
    private static async Task<LeaseInForce> InForce(ApiCall call, DeviceDescription device, Lease lease) => new(
        lease.Device, await Visible(call, lease.Job), lease.Expires, lease.Provider, device.Origin?.Price ?? lease.Price);
}
