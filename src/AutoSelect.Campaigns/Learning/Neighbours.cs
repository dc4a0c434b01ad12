using AutoSelect.Campaigns.Machine;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Learning;

/// <summary>An earlier point, with its distance and the weight that follows from it.</summary>
/// <param name="Point">It has a winner.</param>
/// <param name="Distance">See <see cref="Spaces.CampaignSpace.Distance"/>.</param>
/// <param name="Weight">1 at the same place, falling off with the distance.</param>
internal sealed record Neighbour(CampaignPoint Point, double Distance, double Weight);

/// <summary>The earlier points of a campaign around a place in its space, nearest first and of those as near the latest.</summary>
internal static class Neighbours
{
    /// <summary>So many of the nearest say how far evidence reaches.</summary>
    public const int Near = 5;

    /// <summary>Least reach, as a share of the space: seeds and rounding alone make two jobs this unlike.</summary>
    private const double LeastReach = 0.1;

    /// <summary>
    /// Points with a winner, weighted by exp(−d²/2h²), h being the distance of the fifth nearest: where little was tried evidence reaches
    /// far, where much was tried it is local.
    /// </summary>
    /// <param name="record">The campaign.</param>
    /// <param name="shares">The place.</param>
    /// <param name="before">Only points with a smaller number.</param>
    public static IReadOnlyList<Neighbour> Of(CampaignRecord record, double[] shares, int before)
    {
        var space = record.Spec.Space;
        var near = record.Points.Take(before).Where(p => p.Result is { Winner: not null, Phase: JobPhase.Completed })
            .Select(p => (Point: p, Distance: space.Distance(space.SharesOf(p.Values), shares)))
            .OrderBy(p => p.Distance).ThenByDescending(p => p.Point.Index).ToList();
        if (near.Count == 0) return [];
        var reach = Math.Max(LeastReach, near[Math.Min(near.Count, Near) - 1].Distance);
        return [.. near.Select(n => new Neighbour(n.Point, n.Distance, Math.Exp(-0.5 * n.Distance * n.Distance / (reach * reach))))];
    }
}
