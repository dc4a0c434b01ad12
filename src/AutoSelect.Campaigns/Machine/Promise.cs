using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Machine;

/// <summary>Whether a job may still become the best point, by the forecasts of its own last decision.</summary>
internal static class Promise
{
    /// <summary>Chance of beating what is at each of the quantiles that forecasts give.</summary>
    private static readonly double[] Levels = [0.05, 0.25, 0.5, 0.75, 0.95];

    /// <summary>What to store where a job is to be stopped; null where it may go on.</summary>
    /// <param name="record">The campaign.</param>
    /// <param name="rule">Its rule.</param>
    /// <param name="point">Whose job it is.</param>
    /// <param name="job">The job as it was last seen.</param>
    public static PointGivenUp? GivenUp(CampaignRecord record, StopRule rule, CampaignPoint point, JobSighting job)
    {
        if (job.Forecasts.IsEmpty) return null;
        var compared = record.Points.Where(p => p is { Result: not null, GivenUp: null }
            && double.IsFinite(p.Result.Loss(record.Spec.Goal))).ToList();
        if (compared.Count < rule.After) return null;
        return record.Spec.Goal == CampaignGoal.Time ? ByTime(compared, point, job, rule) : ByValue(compared, point, job, rule);
    }

    /// <summary>By when the target is reached: the forecast counts from now.</summary>
    private static PointGivenUp? ByTime(List<CampaignPoint> compared, CampaignPoint point, JobSighting job, StopRule rule)
    {
        var best = compared.MinBy(p => p.Result!.SecondsToTarget)!;
        var toBeat = best.Result!.SecondsToTarget!.Value;
        var chance = job.Seconds >= toBeat ? 0 : Chance(job, job.Forecasts.Select(
            f => f.SecondsToTarget is { } left ? Below(left, toBeat - job.ForecastAt) : 1));
        return chance < rule.Below ? new PointGivenUp(point.Index, chance, best.Index, toBeat, job.DeviceSeconds) : null;
    }

    /// <summary>By the value that is forecast for the end, against the best that others had with the same device time.</summary>
    private static PointGivenUp? ByValue(List<CampaignPoint> compared, CampaignPoint point, JobSighting job, StopRule rule)
    {
        var budget = job.Forecasts.Max(f => f.FinalAtSeconds);
        var best = compared.MinBy(p => p.Result!.Signed(AtBudget(p.Result, budget)))!;
        var (direction, toBeat) = (best.Result!.Direction, AtBudget(best.Result, budget));
        var chance = Chance(job, job.Forecasts.Select(f =>
            direction == Direction.Maximize ? 1 - Below(f.FinalValue, toBeat) : Below(f.FinalValue, toBeat)));
        return chance < rule.Below ? new PointGivenUp(point.Index, chance, best.Index, toBeat, budget) : null;
    }

    /// <summary>The best value that a run had by then; of one that was shorter, its last.</summary>
    public static double AtBudget(PointResult result, double deviceSeconds) =>
        result.Curve.LastOrDefault(c => c.DeviceSeconds <= deviceSeconds)?.Value
            ?? result.Curve.FirstOrDefault()?.Value ?? result.Value!.Value;

    /// <summary>
    /// P(x ≤ value) of quantiles: straight lines between them, and beyond the outer ones as far again as to the next within. An outer half
    /// of a distribution that is infinite has its mass nowhere.
    /// </summary>
    public static double Below(Quantiles quantiles, double value)
    {
        double[] at = [quantiles.P05, quantiles.P25, quantiles.P50, quantiles.P75, quantiles.P95];
        if (value < at[0]) return Line(at[0] - Math.Max(0, at[1] - at[0]), 0, at[0], Levels[0], value);
        for (var i = 1; i < at.Length; i++)
            if (value < at[i]) return Line(at[i - 1], Levels[i - 1], at[i], Levels[i], value);
        return Line(at[^1], Levels[^1], at[^1] + Math.Max(0, at[^1] - at[^2]), 1, value);
    }

    private static double Line(double fromAt, double from, double toAt, double to, double value)
    {
        if (!double.IsFinite(toAt) || !double.IsFinite(fromAt)) return from;
        if (toAt <= fromAt) return value < toAt ? from : to;
        return from + (to - from) * Math.Clamp((value - fromAt) / (toAt - fromAt), 0, 1);
    }

    /// <summary>
    /// At least one of the candidates, as if they were independent: rather too great than too small. Of those that have not begun nothing
    /// is known: each may be the one.
    /// </summary>
    private static double Chance(JobSighting job, IEnumerable<double> forecast) =>
        job.Unforeseen > 0 ? 1 : 1 - forecast.Aggregate(1.0, (none, p) => none * (1 - p));
}
