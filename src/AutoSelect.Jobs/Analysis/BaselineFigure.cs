using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Analysis;

/// <summary>What one candidate alone would have made of the objective, by the job's clock (<see cref="AloneClock"/>).</summary>
/// <param name="Figure">Seconds to the target, value at the deadline, or loss in seconds.</param>
/// <param name="DeviceSeconds">Device seconds of training, evaluation and loading until then; of its whole run where it misses.</param>
/// <param name="IsMeasured">False for a forecast.</param>
/// <param name="Probability">Of reaching the target, where that is forecast.</param>
internal sealed record BaselineFigure(Quantiles Figure, Quantiles DeviceSeconds, bool IsMeasured, double? Probability = null)
{
    /// <summary>What the job itself got; null while it has not ended, or ended without.</summary>
    public static double? Achieved(JobRecord record) => record.Outcome is not { } outcome ? null : record.Spec.Objective.Kind switch
    {
        ObjectiveKind.FastestTo => outcome.SecondsToTarget,
        ObjectiveKind.BestBy => outcome.Value,
        _ => outcome.Value is { } value ? Loss(record.Spec.Objective, TrainedUntil(record), value) : null,
    };

    /// <summary>Read off the curve; null where it does not go far enough.</summary>
    public static BaselineFigure? Measured(JobRecord record, Trial trial)
    {
        var (objective, clock) = (record.Spec.Objective, new AloneClock(record, trial));
        var whole = CurveReading.RanToHorizon(trial);
        BaselineFigure Exactly(double figure, double at) => new(Equal(figure), Equal(clock.DeviceSeconds(at)), true);
        if (objective.Kind == ObjectiveKind.FastestTo)
        {
            if (CurveReading.Reached(trial, objective) is { } hit) return Exactly(clock.At(hit), clock.At(hit));
            return whole ? Exactly(double.PositiveInfinity, clock.At(trial.Curve[^1])) : null;
        }
        var deadline = objective.DeadlineSeconds ?? double.PositiveInfinity;
        if (trial.Curve.IsEmpty || !(whole || clock.At(trial.Curve[^1]) >= deadline)) return null;
        if (trial.Curve.LastOrDefault(p => clock.At(p) <= deadline) is not { } last) return null;
        var (at, value) = (clock.At(last), last.Deliverable(objective.Direction));
        return Exactly(objective.Kind == ObjectiveKind.BestBy ? value : Loss(objective, at, value), at);
    }

    /// <summary>From the last forecast; null without one that says what the objective asks, and where it has been overtaken.</summary>
    public static BaselineFigure? Forecast(JobRecord record, Trial trial)
    {
        if (SpeedAccuracy.LastForecast(record, trial.Id) is not { } forecast) return null;
        var (objective, clock) = (record.Spec.Objective, new AloneClock(record, trial));
        switch (objective.Kind)
        {
            case ObjectiveKind.FastestTo:
                var since = clock.AtStep(CurveReading.LastStep(trial)) - clock.AtStep(forecast.AtStep);
                if (ArrivalForecast.FromForecast(forecast, Pace(record, trial, forecast))?.NotBy(since) is not { } arrival) return null;
                var times = arrival.Seconds.Map(s => clock.AtStep(forecast.AtStep) + s);
                return new BaselineFigure(times, times.Map(clock.DeviceSeconds), false, arrival.Probability);
            case ObjectiveKind.BestBy:
                return new BaselineFigure(forecast.FinalValue, Equal(clock.DeviceSeconds(End())), false);
            default:
                // The loss falls with the value where more is better, so its quantiles come in reverse.
                var end = End();
                return new BaselineFigure(
                    forecast.FinalValue.Map(v => Loss(objective, end, v)).Sorted(), Equal(clock.DeviceSeconds(end)), false);
        }

        double End() => clock.AtStep(0) + CurveReading.WithEvaluation(trial.Curve, forecast.FinalAtSeconds);
    }

    /// <summary>
    /// What a step took in the end, over what the forecast reckoned with; 1 where it reckoned with other devices than the trial had.
    /// </summary>
    private static double Pace(JobRecord record, Trial trial, Forecast forecast) =>
        trial.StepTime is { MeanSeconds: > 0 } measured && forecast.SecondsPerStep > 0
            && Math.Abs(trial.MeanDevices - RankRules.CommitRanks(trial.Candidate, record.Spec.Commit.Devices)) < .01
            ? measured.MeanSeconds / forecast.SecondsPerStep : 1;

    /// <summary>When training was over: the answer is written after that, as it would have been without AutoSelect.</summary>
    public static double TrainedUntil(JobRecord record) => record.Trials.SelectMany(t => t.Segments).Where(s => s.IsExport)
        .Select(s => s.StartedAt).DefaultIfEmpty(record.ElapsedSeconds).Min();

    /// <summary>Seconds spent, and what the value is worth in seconds.</summary>
    private static double Loss(Objective objective, double seconds, double value) =>
        seconds + (objective.Direction == Direction.Maximize ? -1 : 1) * (objective.SecondsPerUnit ?? 0) * value;

    private static Quantiles Equal(double value) => new() { P05 = value, P25 = value, P50 = value, P75 = value, P95 = value };
}
