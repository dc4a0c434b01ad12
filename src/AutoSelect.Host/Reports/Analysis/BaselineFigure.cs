using AutoSelect.Contracts;

namespace AutoSelect.Host.Reports.Analysis;

/// <summary>One candidate's figure for the objective, alone on one device.</summary>
/// <param name="Figure">Seconds to the target, value at the deadline, or loss in seconds.</param>
/// <param name="Seconds">Training and evaluation seconds it takes.</param>
/// <param name="IsMeasured">False for a forecast.</param>
internal sealed record BaselineFigure(Quantiles Figure, Quantiles? Seconds, bool IsMeasured)
{
    /// <summary>What the job itself got; null while it has not ended, or ended without.</summary>
    public static double? Achieved(JobRecord record) => record.Outcome is not { } outcome ? null : record.Spec.Objective.Kind switch
    {
        ObjectiveKind.FastestTo => outcome.SecondsToTarget,
        ObjectiveKind.BestBy => outcome.Value,
        _ => outcome.Value is { } value ? Loss(record.Spec.Objective, record.ElapsedSeconds, value) : null,
    };

    /// <summary>Read off the curve; null where it does not go far enough.</summary>
    public static BaselineFigure? Measured(JobRecord record, Trial trial)
    {
        var objective = record.Spec.Objective;
        var whole = CurveReading.RanToHorizon(trial);
        if (objective.Kind == ObjectiveKind.FastestTo)
        {
            if (CurveReading.Reached(trial, objective) is { } hit)
                return Exactly(CurveReading.RunSeconds(hit), CurveReading.RunSeconds(hit));
            return whole ? Exactly(double.PositiveInfinity, CurveReading.RunSeconds(trial.Curve[^1])) : null;
        }
        var deadline = objective.DeadlineSeconds ?? double.PositiveInfinity;
        if (trial.Curve.IsEmpty || !(whole || CurveReading.RunSeconds(trial.Curve[^1]) >= deadline)) return null;
        if (CurveReading.LastWithin(trial, deadline) is not { } last) return null;
        var (seconds, value) = (CurveReading.RunSeconds(last), last.Deliverable(objective.Direction));
        return Exactly(objective.Kind == ObjectiveKind.BestBy ? value : Loss(objective, seconds, value), seconds);
    }

    /// <summary>From the last forecast; null without one that says what the objective asks.</summary>
    public static BaselineFigure? Forecast(JobRecord record, Trial trial)
    {
        if (SpeedAccuracy.LastForecast(record, trial.Id) is not { } forecast) return null;
        var objective = record.Spec.Objective;
        var spent = CurveReading.RunSecondsAt(trial.Curve, forecast.AtStep);
        switch (objective.Kind)
        {
            case ObjectiveKind.FastestTo when forecast.SecondsToTarget is { } remaining:
                var times = Map(remaining, r => spent + r);
                return new BaselineFigure(times, times, false);
            case ObjectiveKind.BestBy:
                return new BaselineFigure(
                    forecast.FinalValue, Equal(CurveReading.WithEvaluation(trial.Curve, forecast.FinalAtSeconds)), false);
            case ObjectiveKind.Tradeoff:
                // The loss falls with the value where more is better, so its quantiles come in reverse.
                var end = CurveReading.WithEvaluation(trial.Curve, forecast.FinalAtSeconds);
                return new BaselineFigure(Sorted(Map(forecast.FinalValue, v => Loss(objective, end, v))), Equal(end), false);
            default:
                return null;
        }
    }

    /// <summary>Seconds spent, and what the value is worth in seconds.</summary>
    private static double Loss(Objective objective, double seconds, double value) =>
        seconds + (objective.Direction == Direction.Maximize ? -1 : 1) * (objective.SecondsPerUnit ?? 0) * value;

    private static BaselineFigure Exactly(double figure, double seconds) => new(Equal(figure), Equal(seconds), true);

    private static Quantiles Equal(double value) => new() { P05 = value, P25 = value, P50 = value, P75 = value, P95 = value };

    private static Quantiles Map(Quantiles q, Func<double, double> f) =>
        new() { P05 = f(q.P05), P25 = f(q.P25), P50 = f(q.P50), P75 = f(q.P75), P95 = f(q.P95) };

    private static Quantiles Sorted(Quantiles q)
    {
        double[] v = [q.P05, q.P25, q.P50, q.P75, q.P95];
        Array.Sort(v);
        return new Quantiles { P05 = v[0], P25 = v[1], P50 = v[2], P75 = v[3], P95 = v[4] };
    }
}
