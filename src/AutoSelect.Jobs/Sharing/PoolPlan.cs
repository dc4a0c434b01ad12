using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Sharing;

/// <summary>
/// What the pool does next: which jobs may start, which devices go to whom, and who is asked for some back. A pure function of demands,
/// devices, limits, use and the clock: the same facts give the same plan.
/// </summary>
/// <param name="Admitted">Jobs that may start, in the order in which they do.</param>
/// <param name="Held">Jobs that wait, where their reason is new.</param>
/// <param name="Grants">Free devices that go to jobs, in order.</param>
/// <param name="Recalls">What jobs are asked for, where that is new.</param>
/// <param name="Waits">Why each job waits that is not admitted or has a use for more devices, by its id.</param>
public sealed record PoolPlan(
    ImmutableArray<StatedDemand> Admitted, ImmutableArray<HoldMove> Held, ImmutableArray<DeviceGrant> Grants,
    ImmutableArray<RecallMove> Recalls, ImmutableDictionary<JobId, string> Waits)
{
    public static PoolPlan Make(PoolFacts facts, SharingOptions options)
    {
        var order = new FairOrder(facts, options);
        var waits = new Dictionary<JobId, string>();
        var admissions = Admissions.Choose(facts, order, waits);
        var held = facts.Demands.Where(d => waits.TryGetValue(d.Job, out var why) && why != d.Waits)
            .Select(d => new HoldMove(d.Job, waits[d.Job])).ToImmutableArray();
        List<StatedDemand> admitted = [.. facts.Demands.Where(d => d.AdmittedAt is not null), .. admissions];
        var tally = new Tally(facts.Devices);
        var grants = DeviceMatching.Grants(facts, admitted, order, tally);
        // A job whose runs are trained elsewhere holds nothing that others have a use for, and has no use for what they hold.
        var sharing = admitted.FindAll(d => d.Demand.Class != DeviceKind.Elsewhere);
        var recalls = new Recalls(facts, options, sharing, order, tally).Choose();
        var moves = facts.Demands.Where(d => IsNew(d.Recall, recalls.GetValueOrDefault(d.Job)))
            .Select(d => new RecallMove(d.Job, recalls.GetValueOrDefault(d.Job)));
        Explain(facts, admitted, order, tally, waits);
        return new PoolPlan(admissions, held, [.. grants], [.. moves], waits.ToImmutableDictionary());
    }

    private static bool IsNew(DeviceRecall? before, DeviceRecall? now) =>
        (before?.Keep, before?.Kind, before?.OfCommitted) != (now?.Keep, now?.Kind, now?.OfCommitted);

    private static void Explain(
        PoolFacts facts, List<StatedDemand> admitted, FairOrder order, Tally tally, Dictionary<JobId, string> waits)
    {
        var first = 0;
        foreach (var stated in admitted.Where(d => tally.Held(d.Job) < d.Demand.Most).OrderBy(d => order.PlaceOf(d, tally)).ToList())
        {
            var (has, demand) = (tally.Held(stated.Job), stated.Demand);
            var kind = demand.Class is { } one ? $" of kind {one}" : "";
            var there = facts.Devices.Count(d => DeviceMatching.Fits(d, stated));
            waits[stated.Job] = Quotas.OnDevice(facts, demand, tally, has < demand.Least)?.Reason
                ?? (stated.Recall is { } recall && has >= recall.Keep
                    ? $"{Wording.Count(has - recall.Keep, "device")} asked back: {recall.Reason}"
                : demand.Class == DeviceKind.Elsewhere ? $"{Wording.Count(there, "client")} asked for its runs, which are trained elsewhere"
                : there == 0 ? $"no device{kind} has joined"
                : $"{Wording.Count(there, "device")}{kind} in use; {Wording.Count(first, "job")} before it");
            // Who waits for a client is before nobody that waits for a device.
            if (demand.Class != DeviceKind.Elsewhere) first++;
        }
    }
}
