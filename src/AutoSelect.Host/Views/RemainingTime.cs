using AutoSelect.Contracts;

namespace AutoSelect.Host.Views;

/// <summary>How long the job may still take, from the latest forecast of the trial it will most likely end with.</summary>
internal static class RemainingTime
{
    /// <summary>Seconds; null before the first forecast and after the end.</summary>
    public static double? Estimate(JobRecord record)
    {
        if (record.HasEnded) return null;
        var deadline = record.Spec.Objective.DeadlineSeconds - record.ElapsedSeconds;
        if (record.Spec.Objective.Kind == ObjectiveKind.BestBy) return deadline is { } left ? Math.Max(0, left) : null;
        if (Leader(record) is not { } forecast) return null;
        var trial = record[forecast.Trial];
        var done = Math.Max(0, Step(trial) - forecast.AtStep) * forecast.SecondsPerStep;
        var toHorizon = Math.Max(0, trial.HorizonSteps - forecast.AtStep) * forecast.SecondsPerStep;
        var toTarget = forecast.SecondsToTarget?.P50 ?? double.PositiveInfinity;
        var whole = double.IsFinite(toTarget) ? Math.Min(toTarget, toHorizon) : toHorizon;
        return Math.Max(0, Math.Min(whole - done, deadline ?? double.PositiveInfinity));
    }

    /// <summary>Latest forecast of the committed trial, else of the one most likely the best.</summary>
    private static Forecast? Leader(JobRecord record)
    {
        if (record.Rungs.IsEmpty) return record.Commit?.Forecast;
        return record.Commit is { } commit
            ? record.Rungs.SelectMany(r => r.Forecasts).LastOrDefault(f => f.Trial == commit.Winner) ?? commit.Forecast
            : record.Rungs[^1].Forecasts.MaxBy(f => f.ProbabilityOfBest);
    }

    /// <summary>Steps done as far as is known.</summary>
    public static long Step(Trial trial) =>
        Math.Max(trial.Segments.IsEmpty ? 0 : trial.Segments[^1].ToStep, trial.Curve.IsEmpty ? 0 : trial.Curve[^1].Step);
}
