using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Analysis;

/// <summary>Reads off a record what lists tell of a job's future. Pure.</summary>
public static class ExpectedOutcomes
{
    /// <summary>Null where nothing was forecast, and what the baseline would have made of it is not known either.</summary>
    public static ExpectedOutcome? FromRecord(JobRecord record)
    {
        var objective = record.Spec.Objective;
        var comparison = BaselineComparison.FromRecord(record);
        if (record.HasEnded) return comparison.Saved is { } saved ? new ExpectedOutcome(null, saved, comparison.Unit) : null;
        if (Leader(record) is not { } leader) return null;
        return objective.Kind switch
        {
            ObjectiveKind.FastestTo => ToTarget(record, leader, comparison),
            ObjectiveKind.BestBy => AtDeadline(objective, leader, comparison),
            _ => null,
        };
    }

    private static ExpectedOutcome? ToTarget(JobRecord record, (RungRecord Rung, Forecast Forecast) leader, BaselineComparison comparison)
    {
        if (leader.Forecast.SecondsToTarget is not { } seconds) return null;
        var end = Map(seconds, s => leader.Rung.DecidedAt + s);
        // Against the median alone: how far the two depend on each other is not known.
        var saved = comparison.Expected is { } alone && double.IsFinite(alone.P50) && double.IsFinite(end.P50)
            ? Map(alone, a => a - end.P50) : null;
        return new ExpectedOutcome(end, comparison.BaselineWon || IsBaseline(record, leader.Forecast) ? null : saved, "s");
    }

    private static ExpectedOutcome AtDeadline(
        Objective objective, (RungRecord Rung, Forecast Forecast) leader, BaselineComparison comparison)
    {
        var deadline = objective.DeadlineSeconds ?? double.NaN;
        var sign = objective.Direction == Direction.Maximize ? 1 : -1;
        var value = leader.Forecast.FinalValue;
        var saved = comparison.Expected is { } alone ? Sorted(
            sign * (value.P05 - alone.P50), sign * (value.P25 - alone.P50), sign * (value.P50 - alone.P50),
            sign * (value.P75 - alone.P50), sign * (value.P95 - alone.P50)) : null;
        return new ExpectedOutcome(Map(value, _ => deadline), saved, objective.Metric);
    }

    /// <summary>Who holds the job by its last commit, else who leads by forecast.</summary>
    private static (RungRecord Rung, Forecast Forecast)? Leader(JobRecord record)
    {
        var rung = record.Rungs.LastOrDefault(r => !r.Forecasts.IsEmpty);
        if (rung is null) return null;
        var forecast = record.Commit is { } commit ? rung.Forecasts.FirstOrDefault(f => f.Trial == commit.Winner)
            : rung.Forecasts.MaxBy(f => f.ProbabilityOfBest);
        return forecast is null ? null : (rung, forecast);
    }

    private static bool IsBaseline(JobRecord record, Forecast forecast) =>
        record[forecast.Trial].Candidate.Name == record.Spec.Baseline;

    private static Quantiles Map(Quantiles q, Func<double, double> f) =>
        new() { P05 = f(q.P05), P25 = f(q.P25), P50 = f(q.P50), P75 = f(q.P75), P95 = f(q.P95) };

    private static Quantiles Sorted(params double[] values)
    {
        Array.Sort(values);
        return new() { P05 = values[0], P25 = values[1], P50 = values[2], P75 = values[3], P95 = values[4] };
    }
}
