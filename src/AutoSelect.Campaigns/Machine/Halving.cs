using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Machine;

/// <summary>
/// Successive halving of whole jobs, asynchronous, in the variant that stops (Li et al., A System for Massively Parallel Hyperparameter
/// Tuning, MLSys 2020). Rungs lie at η⁻² and η⁻¹ of a run; a job goes on where what it had there is among the best 1/η of what points had
/// that came there before it, once they are η with it. A rung is a part of the run and not a time: a larger network takes longer to the
/// same place, and may end better.
/// </summary>
internal static class Halving
{
    /// <summary>Rungs below the end of a run.</summary>
    public const int Rungs = 2;

    /// <summary>What to store where a job has reached a rung, or its first value after one; null where it has not.</summary>
    /// <param name="rule">Of the campaign.</param>
    /// <param name="point">Whose job it is.</param>
    /// <param name="job">As it was last seen.</param>
    public static RungReached? Reached(StopRule rule, CampaignPoint point, JobSighting job)
    {
        if (rule.Eta <= 1 || job.Value is not { } value) return null;
        var rung = Enumerable.Range(1, Rungs).LastOrDefault(r => job.Progress >= Math.Pow(rule.Eta, r - 1 - Rungs));
        return rung == 0 || point.Rungs.ContainsKey(rung) ? null : new RungReached(point.Index, rung, job.Progress, value);
    }

    /// <summary>What to store where a job is outranked at the last rung that it reached; null where it may go on.</summary>
    /// <param name="record">The campaign, whose points are compared by a value.</param>
    /// <param name="rule">Its rule.</param>
    /// <param name="point">Whose job it is.</param>
    /// <param name="direction">Of the metric.</param>
    public static PointGivenUp? GivenUp(CampaignRecord record, StopRule rule, CampaignPoint point, Direction direction)
    {
        if (rule.Eta <= 1 || point.Rungs.IsEmpty) return null;
        var (rung, (_, at)) = point.Rungs.Last();
        var ranked = record.Points.Where(p => p.Rungs.TryGetValue(rung, out var other) && other.At <= at)
            .OrderBy(p => (direction == Direction.Maximize ? -1 : 1) * p.Rungs[rung].Value).ToList();
        var (rank, kept) = (1 + ranked.FindIndex(p => p.Index == point.Index), (int)Math.Ceiling(ranked.Count / rule.Eta));
        if (ranked.Count < rule.Eta || rank <= kept) return null;
        var last = ranked[kept - 1];
        return new PointGivenUp(point.Index, Chance: null, last.Index, last.Rungs[rung].Value, Budget: null)
        {
            Place = new RungPlace(rung, rank, ranked.Count),
        };
    }
}
