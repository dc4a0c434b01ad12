using AutoSelect.Contracts;

namespace AutoSelect.Grains;

/// <summary>Which free devices go to which jobs. Pure.</summary>
internal static class DeviceMatching
{
    /// <summary>
    /// First every job gets what it needs at least, then the rest goes round one by one; each time in the order of what jobs offer, then of
    /// when they first asked.
    /// </summary>
    /// <param name="demands">In the order in which their jobs first asked.</param>
    /// <param name="devices">All, with their leases in force.</param>
    public static IReadOnlyList<(DeviceId Device, Demand Demand)> Grants(IReadOnlyList<Demand> demands, IReadOnlyList<DeviceStatus> devices)
    {
        var free = devices.Where(d => d.Lease is null).Select(d => d.Device).ToList();
        var held = devices.Where(d => d.Lease is not null).GroupBy(d => d.Lease!.Job).ToDictionary(g => g.Key, g => g.Count());
        var grants = new List<(DeviceId, Demand)>();
        var order = demands.OrderByDescending(d => d.Price).ToArray();

        bool Grant(Demand demand, int most)
        {
            var has = held.GetValueOrDefault(demand.Job);
            if (has >= most || free.Find(d => demand.Class is null || d.Kind == demand.Class) is not { } device) return false;
            free.Remove(device);
            held[demand.Job] = has + 1;
            grants.Add((device.Id, demand));
            return true;
        }

        foreach (var demand in order)
            while (Grant(demand, demand.Least)) { }
        for (var isGranted = true; isGranted;)
        {
            isGranted = false;
            foreach (var demand in order) isGranted |= Grant(demand, demand.Most);
        }
        return grants;
    }
}
