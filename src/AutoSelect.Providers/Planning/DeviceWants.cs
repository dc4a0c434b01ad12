using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Providers;

/// <summary>What jobs lack, from what they ask of the pool and what it has. Pure.</summary>
public static class DeviceWants
{
    /// <param name="demands">In the order in which their jobs first asked.</param>
    /// <param name="devices">All that are registered, with their leases in force.</param>
    /// <param name="usefulUntil">When devices are of no more use to a job; null where that is not known.</param>
    /// <returns>The dearest first. A device of one's own that is free is granted before anything is borrowed.</returns>
    public static ImmutableArray<DeviceWant> Missing(
        IReadOnlyList<Demand> demands, IReadOnlyList<DeviceStatus> devices, Func<JobId, DateTimeOffset?> usefulUntil)
    {
        var held = devices.Where(d => d.Lease is not null).CountBy(d => d.Lease!.Job).ToDictionary();
        var free = devices.Where(d => d.Lease is null && !BorrowLabel.TryParse(d.Device.Id.Value, out _))
            .Select(d => d.Device.Kind).ToList();
        var wants = ImmutableArray.CreateBuilder<DeviceWant>();
        foreach (var demand in demands.OrderByDescending(d => d.Price))
        {
            var missing = demand.Most - held.GetValueOrDefault(demand.Job);
            for (; missing > 0; missing--)
            {
                var own = free.FindIndex(k => demand.Class is null || k == demand.Class);
                if (own < 0) break;
                free.RemoveAt(own);
            }
            if (missing > 0) wants.Add(new DeviceWant(demand.Job, missing, demand.Class, demand.Price, usefulUntil(demand.Job)));
        }
        return wants.ToImmutable();
    }

    /// <summary>
    /// What is left for a second provider after a round with a first: what the first has on its way is not asked for twice. The first
    /// goes on seeing all wants, so that the order of providers is the order in which they are borrowed from.
    /// </summary>
    public static ImmutableArray<DeviceWant> Less(ImmutableArray<DeviceWant> wants, BorrowingRound round)
    {
        var released = round.Moves.Releases.Select(r => r.Label).ToHashSet();
        var coming = round.Borrowed.Where(d => d.Stage is BorrowStage.Queued or BorrowStage.Starting or BorrowStage.Idle)
            .Where(d => !released.Contains(d.Label)).Select(d => d.Class.Kind)
            .Concat(round.Moves.Requests.Select(r => r.Class.Kind)).ToList();
        var left = ImmutableArray.CreateBuilder<DeviceWant>();
        foreach (var want in wants.OrderByDescending(w => w.Price))
        {
            var missing = want.Missing;
            while (missing > 0 && coming.FindIndex(k => want.Kind is null || k == want.Kind) is >= 0 and var at)
            {
                coming.RemoveAt(at);
                missing--;
            }
            if (missing > 0) left.Add(want with { Missing = missing });
        }
        return left.ToImmutable();
    }
}
