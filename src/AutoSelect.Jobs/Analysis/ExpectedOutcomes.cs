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
        var end = seconds.Map(s => leader.Rung.DecidedAt + s);
        // Against the median alone: how far the two depend on each other is not known.
        var saved = comparison.Expected is { } alone && double.IsFinite(alone.P50) && double.IsFinite(end.P50)
            ? alone.Map(a => a - end.P50) : null;
        return new ExpectedOutcome(end, comparison.BaselineWon || IsBaseline(record, leader.Forecast) ? null : saved, "s");
    }

    private static ExpectedOutcome AtDeadline(
        Objective objective, (RungRecord Rung, Forecast Forecast) leader, BaselineComparison comparison)
    {
        var deadline = objective.DeadlineSeconds ?? double.NaN;
        var sign = objective.Direction == Direction.Maximize ? 1 : -1;
        var value = leader.Forecast.FinalValue;
        var saved = comparison.Expected is { } alone ? value.Map(v => sign * (v - alone.P50)).Sorted() : null;
        return new ExpectedOutcome(value.Map(_ => deadline), saved, objective.Metric);
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
}
