using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Sharing;

/// <summary>
/// Which jobs are asked for devices of their probing lanes, for whom. Pure. A device that is asked for already is asked for no second time,
/// and one that has just been granted is left where it is: races must not lose their lanes faster than these bring anything.
/// </summary>
internal sealed class Recalls(
    PoolFacts facts, SharingOptions options, IReadOnlyList<StatedDemand> admitted, FairOrder order, Tally tally)
{
    /// <summary>What may be asked back at once for the sake of shares: who gains is to have gained before the next step.</summary>
    private const int MostForShares = 8;

    private readonly Dictionary<JobId, Taken> taken = [];

    /// <summary>Those that hold more than they need; in a pool with much to do they are few.</summary>
    private readonly List<StatedDemand> givers = [.. admitted.Where(d => tally.Held(d.Job) > (
        options.MayEndCommitted ? 0 : DeviceMatching.Core(d with { Recall = null })))];

    private readonly ILookup<JobId, DeviceStatus> held = facts.Devices.Where(d => d.Lease is not null).ToLookup(d => d.Lease!.Job);

    /// <summary>Devices as they will be held once all has been given back that is asked for.</summary>
    private readonly Tally after = tally.Copy();

    private sealed record Taken(int Count, DeviceKind? Kind, string Reason, bool OfCommitted);

    /// <summary>What each job is to give back from now on.</summary>
    public Dictionary<JobId, DeviceRecall> Choose()
    {
        if (givers.Count > 0)
        {
            ForQuotas();
            ForLeast();
            ForShares();
        }
        return taken.ToDictionary(t => t.Key, t => new DeviceRecall(
            tally.Held(t.Key) - t.Value.Count, t.Value.Kind, t.Value.Reason, t.Value.OfCommitted));
    }

    private void ForQuotas()
    {
        foreach (var stated in givers.OrderByDescending(d => order.PlaceOf(d, tally)).ToList())
            while (Quotas.OnHolding(facts, stated.Demand, after) is { } block && Spare(stated, null, ofCommitted: false) > 0)
                Take(stated, null, block.Reason, ofCommitted: false);
    }

    private void ForLeast()
    {
        var lacking = admitted.Where(d => tally.Held(d.Job) < Math.Min(d.Demand.Least, d.Demand.Most));
        foreach (var stated in lacking.OrderBy(d => order.PlaceOf(d, tally)).ToList())
        {
            while (after.Held(stated.Job) < stated.Demand.Least)
            {
                const string reason = "another job lacks the device that it needs at least";
                var block = Quotas.OnDevice(facts, stated.Demand, after, isLeast: true);
                bool IsOther(StatedDemand v) => v.Job != stated.Job && (block is null || block.Account.Covers(v.Demand));
                if (Victim(stated, IsOther, ofCommitted: false) is { } victim) Take(victim, stated, reason, false);
                else if (options.MayEndCommitted
                    && Victim(stated, v => IsOther(v) && v.Demand.Priority < stated.Demand.Priority, true) is { } committed)
                    Take(committed, stated, $"{reason}, and its priority is higher", true);
                else break;
            }
        }
    }

    private void ForShares()
    {
        var hungry = admitted.Where(d => tally.Held(d.Job) is var has && has >= d.Demand.Least && has < DeviceMatching.Most(d)).ToList();
        for (var asked = 0; asked < MostForShares; asked++)
        {
            hungry.RemoveAll(d => after.Held(d.Job) >= DeviceMatching.Most(d)
                || Quotas.OnDevice(facts, d.Demand, after, isLeast: false) is not null);
            var found = hungry.OrderBy(d => order.PlaceOf(d, after))
                .Select(d => (Stated: d, Victim: Victim(d, v => IsUnderserved(d, v), ofCommitted: false)))
                .FirstOrDefault(f => f.Victim is not null);
            if (found.Victim is not { } victim) return;
            Take(victim, found.Stated, "others have less than their share of the devices", false);
        }
    }

    /// <summary>
    /// True where the one has not more than the other even after a device has changed hands; so none ever goes back the same way.
    /// </summary>
    private bool IsUnderserved(StatedDemand one, StatedDemand other)
    {
        var (project, user) = Account.Of(one.Demand);
        var (otherProject, otherUser) = Account.Of(other.Demand);
        if (user == otherUser || one.Demand.Priority < other.Demand.Priority) return false;
        var (mine, theirs) = project == otherProject ? (user, otherUser) : (project, otherProject);
        var kind = KindFor(one, other);
        double Of(Account account, int more) => after.Share(account, kind, more) / order.Weight(account);
        return Of(mine, 1) <= Of(theirs, -1) && Of(mine, 0) < Of(theirs, 0);
    }

    /// <summary>Who gives: who has been asked before, else who is served last.</summary>
    private StatedDemand? Victim(StatedDemand forWhom, Func<StatedDemand, bool> isFit, bool ofCommitted)
    {
        // What a device that was asked for before is asked for now may be another job's.
        var able = givers.Where(v => Spare(v, forWhom.Demand.Class, ofCommitted) > 0 && isFit(v)).ToList();
        return able.Find(v => v.Recall is { } recall && held[v.Job].Count() - recall.Keep > (taken.GetValueOrDefault(v.Job)?.Count ?? 0))
            ?? (able.Count == 0 ? null : able.MaxBy(v => order.PlaceOf(v, after)));
    }

    /// <summary>Devices that a job can be asked for yet.</summary>
    private int Spare(StatedDemand stated, DeviceKind? kind, bool ofCommitted)
    {
        // A job that nobody attends to here does not answer.
        if (stated.Demand.Most == 0) return 0;
        var own = held[stated.Job].Where(d => kind is null || d.Device.Kind == kind).ToList();
        var old = own.Count(d => facts.Now - d.Lease!.Since >= options.LaneKeeps);
        var asked = stated.Recall is { } recall ? Math.Max(0, held[stated.Job].Count() - recall.Keep) : 0;
        var beyond = tally.Held(stated.Job) - (ofCommitted ? 0 : DeviceMatching.Core(stated with { Recall = null }));
        return Math.Min(Math.Max(old, Math.Min(asked, own.Count)), beyond) - (taken.GetValueOrDefault(stated.Job)?.Count ?? 0);
    }

    private void Take(StatedDemand victim, StatedDemand? forWhom, string reason, bool ofCommitted)
    {
        var (wanted, kind) = (forWhom?.Demand.Class, KindFor(forWhom ?? victim, victim));
        taken[victim.Job] = taken.TryGetValue(victim.Job, out var before)
            ? before with
            {
                Count = before.Count + 1,
                Kind = before.Kind == wanted ? wanted : null,
                OfCommitted = before.OfCommitted || ofCommitted,
            }
            : new Taken(1, wanted, reason, ofCommitted);
        after.Add(victim.Demand, kind, -1);
        if (forWhom is not null) after.Add(forWhom.Demand, kind);
    }

    private DeviceKind KindFor(StatedDemand forWhom, StatedDemand victim) => forWhom.Demand.Class
        ?? held[victim.Job].Select(d => (DeviceKind?)d.Device.Kind).FirstOrDefault() ?? default;
}
