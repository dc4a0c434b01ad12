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

    /// <summary>Which of some jobs the caller may know of, by one look at the store.</summary>
    /// <returns>The job, or null for one of others.</returns>
    public static async Task<Func<JobId, JobId?>> Visible(ApiCall call, IEnumerable<JobId> jobs)
    {
        if (call.Caller.OnlyProject is null) return job => job;
        var known = await call.Parts.Jobs.FindAll([.. jobs.Distinct()]);
        return job => known.TryGetValue(job, out var found) && call.Caller.Covers(found.Project) ? job : null;
    }

    private static async Task<ImmutableArray<PoolDevice>> PoolDevices(ApiCall call)
    {
        var devices = await call.Parts.Leases.Devices();
        var visible = await Visible(call, devices.Select(d => d.Lease).OfType<Lease>().Select(l => l.Job));
        return [.. devices.Select(d => new PoolDevice(d.Device, d.Lease is { } lease ? InForce(visible, d.Device, lease) : null))];
    }

    private static async Task<ImmutableArray<QueuedDemand>> Demands(ApiCall call)
    {
        var facts = (await PoolReading.Read(call)).Facts;
        var waits = PoolPlan.Make(facts, call.Parts.Sharing).Waits;
        var visible = await Visible(call, facts.Demands.Select(d => d.Job));
        var queue = ImmutableArray.CreateBuilder<QueuedDemand>();
        foreach (var stated in facts.Demands)
        {
            var (demand, job) = (stated.Demand, visible(stated.Job));
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
    private static LeaseInForce InForce(Func<JobId, JobId?> visible, DeviceDescription device, Lease lease) => new(
        lease.Device, visible(lease.Job), lease.Expires, lease.Provider, device.Origin?.Price ?? lease.Price);
}
