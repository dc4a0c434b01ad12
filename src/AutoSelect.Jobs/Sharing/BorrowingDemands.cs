using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Sharing;

/// <summary>
/// What jobs may borrow for: their demands as far as the pool would grant them devices if there were enough. A device that is borrowed
/// for a job whose quota lets nobody have it would stand idle. Pure.
/// </summary>
/// <param name="Demands">Of admitted jobs, in their order; each asks for no more than it may hold.</param>
/// <param name="Blocked">What stands against more for a job that asks for more, for people.</param>
public sealed record BorrowingDemands(ImmutableArray<Demand> Demands, ImmutableDictionary<JobId, string> Blocked)
{
    /// <summary>Hands out devices one by one in the order of fairness, as the pool does, to whom a quota leaves any.</summary>
    public static BorrowingDemands Within(PoolFacts facts, SharingOptions options)
    {
        var (order, tally) = (new FairOrder(facts, options), new Tally(facts.Devices));
        var admitted = facts.Demands.Where(d => d.AdmittedAt is not null).ToList();
        var usual = facts.Devices.CountBy(d => d.Device.Kind).OrderByDescending(k => k.Value).Select(k => k.Key).FirstOrDefault();
        var blocked = ImmutableDictionary.CreateBuilder<JobId, string>();
        // Whom no quota concerns gets what it asks for, in whatever order; with many jobs that is most of the work.
        var (limited, free) = (admitted.Where(d => IsLimited(facts, d.Demand)).ToList(), admitted.Where(d => !IsLimited(facts, d.Demand)));
        var most = free.ToDictionary(d => d.Job, DeviceMatching.Most);
        foreach (var job in limited) most[job.Job] = Math.Min(tally.Held(job.Job), DeviceMatching.Most(job));
        while (true)
        {
            limited.RemoveAll(d =>
            {
                if (tally.Held(d.Job) >= DeviceMatching.Most(d)) return true;
                if (Quotas.OnDevice(facts, d.Demand, tally, tally.Held(d.Job) < d.Demand.Least) is not { } block) return false;
                blocked[d.Job] = block.Reason;
                return true;
            });
            if (limited.Count == 0) break;
            var next = limited.MinBy(d => order.PlaceOf(d, tally))!;
            tally.Add(next.Demand, next.Demand.Class ?? usual);
            most[next.Job] = tally.Held(next.Job);
        }
        return new BorrowingDemands([.. admitted.Select(d => d.Demand with { Most = most[d.Job] })], blocked.ToImmutable());
    }

    private static bool IsLimited(PoolFacts facts, Demand demand)
    {
        var (project, user) = Account.Of(demand);
        return Has(facts.Projects.Of(project)) || Has(facts.Projects.Of(user));
    }

    private static bool Has(UseLimits limits) => limits is not { Devices: null, DeviceHours: null };
}
