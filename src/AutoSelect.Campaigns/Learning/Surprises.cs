using AutoSelect.Campaigns.Machine;

namespace AutoSelect.Campaigns.Learning;

/// <summary>Jobs that came otherwise than what was known before them said.</summary>
internal static class Surprises
{
    /// <summary>Chance from which a winner counts as expected.</summary>
    private const double Expected = 0.5;

    /// <summary>
    /// True where an expected winner took part and lost, where the objective was missed although the nearest jobs met it, or where the
    /// result is worse than the worst of the five nearest by more than these are apart.
    /// </summary>
    public static bool IsSurprising(CampaignRecord record, CampaignPoint point)
    {
        if (point is not { Result: { } result, Probe: { } probe }) return false;
        var isExpected = probe.Chance >= Expected && result.TookPart.Contains(probe.Expected);
        if (isExpected && result.Winner is { } winner && winner != probe.Expected) return true;
        var near = Neighbours.Of(record, record.Spec.Space.SharesOf(point.Values), point.Index).Take(Neighbours.Near).ToList();
        if (near.Count < Neighbours.Near) return false;
        if (!result.ObjectiveMet) return near.TrueForAll(n => n.Point.Result!.ObjectiveMet);
        var losses = near.Select(n => n.Point.Result!.Loss(record.Spec.Goal)).Where(double.IsFinite).ToList();
        return losses.Count == Neighbours.Near && result.Loss(record.Spec.Goal) > losses.Max() + (losses.Max() - losses.Min());
    }

    /// <summary>Weighted share of the nearest points that were surprising, 0 to 1.</summary>
    public static double Share(CampaignRecord record, IReadOnlyList<Neighbour> neighbours)
    {
        var near = neighbours.Take(Neighbours.Near).ToList();
        var sum = near.Sum(n => n.Weight);
        return sum > 0 ? near.Where(n => IsSurprising(record, n.Point)).Sum(n => n.Weight) / sum : 0;
    }
}
