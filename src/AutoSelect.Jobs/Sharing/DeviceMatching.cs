using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Sharing;

/// <summary>Which free devices go to which jobs. Pure.</summary>
internal static class DeviceMatching
{
    /// <summary>
    /// First every job gets what it needs at least, then what its baseline's lane or its committed run has a use for, then the rest goes
    /// round one by one; each time in the order of fairness, within the quotas. One's own devices go before borrowed ones, cheap ones
    /// before dear ones.
    /// </summary>
    /// <param name="facts">The pool.</param>
    /// <param name="admitted">Demands of jobs that may hold devices.</param>
    /// <param name="order">Who is first.</param>
    /// <param name="tally">Devices held; changed by what is granted.</param>
    public static List<DeviceGrant> Grants(PoolFacts facts, IReadOnlyList<StatedDemand> admitted, FairOrder order, Tally tally)
    {
        var free = facts.Devices.Where(d => d.Lease is null)
            .OrderBy(d => d.Provider != DeviceStatus.OwnProvider).ThenBy(d => d.Price).ToList();
        var grants = new List<DeviceGrant>();
        foreach (var most in (Func<StatedDemand, int>[])[Least, Core, Most])
        {
            var hungry = admitted.Where(d => tally.Held(d.Job) < most(d)).ToList();
            while (free.Count > 0)
            {
                hungry.RemoveAll(d => tally.Held(d.Job) >= most(d) || !free.Exists(f => Fits(f, d))
                    || Quotas.OnDevice(facts, d.Demand, tally, tally.Held(d.Job) < d.Demand.Least) is not null);
                if (hungry.Count == 0) break;
                var next = hungry.MinBy(d => order.PlaceOf(d, tally))!;
                var device = free.Find(f => Fits(f, next))!;
                free.Remove(device);
                tally.Add(next.Demand, device.Device.Kind);
                grants.Add(new DeviceGrant(device.Device.Id, next.Demand));
            }
        }
        return grants;
    }

    /// <summary>What stands for a client is for its job alone.</summary>
    public static bool Fits(DeviceStatus device, StatedDemand stated) => device.Device.Elsewhere is { } client ? client.Job == stated.Job
        : stated.Demand.Class is not { } kind || device.Device.Kind == kind;

    /// <summary>Devices of a job that are not for probing.</summary>
    public static int Core(StatedDemand stated) => Math.Min(Most(stated), Math.Max(stated.Demand.Least, stated.Demand.Core));

    /// <summary>Devices that a job may hold: what it is asked to give back is not given to it again.</summary>
    public static int Most(StatedDemand stated) =>
        stated.Recall is { } recall ? Math.Min(stated.Demand.Most, recall.Keep) : stated.Demand.Most;

    private static int Least(StatedDemand stated) => Math.Min(stated.Demand.Most, stated.Demand.Least);
}
