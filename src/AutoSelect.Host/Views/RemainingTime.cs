using AutoSelect.Contracts;

namespace AutoSelect.Host.Views;

/// <summary>How long the job may still take, from the latest forecast of the trial it will most likely end with.</summary>
/// <param name="Seconds">At least 0.</param>
/// <param name="IsMost">True where nothing is forecast yet: the rest of a whole run.</param>
internal sealed record RemainingTime(double Seconds, bool IsMost = false)
{
    public override string ToString() => $"{(IsMost ? "at most" : "about")} {Wording.Duration(Seconds)} left";

    /// <summary>Null where nothing was forecast or measured yet, and after the end.</summary>
    public static RemainingTime? Estimate(JobRecord record)
    {
        if (record.HasEnded) return null;
        var deadline = record.Spec.Objective.DeadlineSeconds - record.ElapsedSeconds;
        if (record.Spec.Objective.Kind == ObjectiveKind.BestBy) return deadline is { } left ? new(Math.Max(0, left)) : null;
        if (Leader(record) is not { } forecast) return ToHorizon(record, deadline ?? double.PositiveInfinity);
        var trial = record[forecast.Trial];
        // Reckoned in steps: what a step takes is known better by now than when it was forecast.
        var pace = trial.StepTime is { MeanSeconds: > 0 } measured && forecast.SecondsPerStep > 0 && IsAsCommitted(record, trial)
            ? measured.MeanSeconds / forecast.SecondsPerStep : 1;
        var done = Math.Max(0, Step(trial) - forecast.AtStep) * forecast.SecondsPerStep;
        var toHorizon = Math.Max(0, trial.HorizonSteps - forecast.AtStep) * forecast.SecondsPerStep;
        var toTarget = forecast.SecondsToTarget?.P50 ?? double.PositiveInfinity;
        var whole = double.IsFinite(toTarget) ? Math.Min(toTarget, toHorizon) : toHorizon;
        return new(Math.Max(0, Math.Min(pace * (whole - done), deadline ?? double.PositiveInfinity)));
    }

    /// <summary>Steps done as far as is known.</summary>
    public static long Step(Trial trial) =>
        Math.Max(trial.Segments.IsEmpty ? 0 : trial.Segments[^1].ToStep, trial.Curve.IsEmpty ? 0 : trial.Curve[^1].Step);

    /// <summary>True where it is trained on as many devices as a commit gives it, so that its steps are those of forecasts.</summary>
    private static bool IsAsCommitted(JobRecord record, Trial trial) =>
        !trial.Segments.IsEmpty && trial.Segments[^1].Devices == RankRules.CommitRanks(trial.Candidate, record.Spec.Commit.Devices);

    /// <summary>The rest of the baseline's run in the pace that it was seen to have.</summary>
    private static RemainingTime? ToHorizon(JobRecord record, double deadline)
    {
        var baseline = record.Trials.FirstOrDefault(t => t.Candidate.Name == record.Spec.Baseline && t.IsAlive);
        return baseline is not { StepTime.MeanSeconds: > 0 and var step } || baseline.Curve.IsEmpty ? null
            : new(Math.Min(deadline, Math.Max(0, baseline.HorizonSteps - Step(baseline)) * step
                * (1 + baseline.Curve[^1].EvaluationSeconds / Math.Max(1e-9, baseline.Curve[^1].DeviceSeconds))), IsMost: true);
    }

    /// <summary>Latest forecast of the committed trial, else of the one most likely the best.</summary>
    private static Forecast? Leader(JobRecord record)
    {
        if (record.Rungs.IsEmpty) return record.Commit?.Forecast;
        return record.Commit is { } commit
            ? record.Rungs.SelectMany(r => r.Forecasts).LastOrDefault(f => f.Trial == commit.Winner) ?? commit.Forecast
            : record.Rungs.LastOrDefault(r => !r.Forecasts.IsEmpty)?.Forecasts.MaxBy(f => f.ProbabilityOfBest);
    }
}
