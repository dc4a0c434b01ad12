using AutoSelect.Contracts;
using AutoSelect.Jobs;

namespace AutoSelect.Host.Exports;

/// <summary>
/// Reads off a job's events what its trials measured and what was forecast of them, in the order in which it was stored: more events add to
/// the end alone. Pure.
/// </summary>
internal static class TrialValues
{
    public static IEnumerable<TrialValue> FromEvents(IReadOnlyList<JobEvent> events)
    {
        JobRecord? record = null;
        foreach (var e in events)
        {
            record = JobFold.Apply(record, e);
            foreach (var value in OfChange(record, e)) yield return value;
        }
    }

    private static IEnumerable<TrialValue> OfChange(JobRecord record, JobEvent e)
    {
        switch (e.Change)
        {
            case SegmentReported reported:
                return reported.Points.SelectMany(p => OfPoint(record, reported.Trial, p, e.Time, e.Number));
            case TrialBranched branched:
                // It begins with the other one's curve.
                return record[branched.Trial].Curve.SelectMany(p => OfPoint(record, branched.Trial, p, e.Time, e.Number));
            case JobDecided decided:
                return decided.Rung.Forecasts.SelectMany(f => OfForecast(record, f, e.Time, e.Number));
            case JobImported:
                // When it was measured is not known but by the trial's own seconds.
                return
                [
                    .. from trial in record.Trials
                       from point in trial.Curve
                       let seconds = point.DeviceSeconds + point.EvaluationSeconds + point.OverheadSeconds
                       from value in OfPoint(record, trial.Id, point, record.StartedAt.AddSeconds(seconds), e.Number)
                       select value,
                    .. from rung in record.Rungs
                       from forecast in rung.Forecasts
                       from value in OfForecast(record, forecast, record.StartedAt.AddSeconds(rung.DecidedAt), e.Number)
                       select value,
                ];
            default:
                return [];
        }
    }

    private static IEnumerable<TrialValue> OfPoint(JobRecord record, TrialId trial, CurvePoint point, DateTimeOffset time, long number)
    {
        var metric = MetricName.Clean(record.Spec.Objective.Metric);
        TrialValue Value(string name, double value) => new(trial, name, point.Step, time, value, number);
        yield return Value(metric, point.Value);
        if (point.AveragedValue is { } averaged) yield return Value($"{metric}/averaged", averaged);
        yield return Value("training_loss", point.TrainingLoss);
        yield return Value("seconds/training", point.DeviceSeconds);
        yield return Value("seconds/evaluation", point.EvaluationSeconds);
        yield return Value("seconds/overhead", point.OverheadSeconds);
        if (point.Diagnostics is null) yield break;
        foreach (var (name, value) in point.Diagnostics) yield return Value($"strategy/{MetricName.Clean(name)}", value);
    }

    private static IEnumerable<TrialValue> OfForecast(JobRecord record, Forecast forecast, DateTimeOffset time, long number)
    {
        var metric = MetricName.Clean(record.Spec.Objective.Metric);
        TrialValue Value(string name, double value) => new(forecast.Trial, $"forecast/{name}", forecast.AtStep, time, value, number);
        yield return Value("probability_of_best", forecast.ProbabilityOfBest);
        if (forecast.ProbabilityOfTarget is { } target) yield return Value("probability_of_target", target);
        foreach (var (name, read) in Shares)
        {
            yield return Value($"final_{metric}/{name}", read(forecast.FinalValue));
            if (forecast.SecondsToTarget is { } seconds) yield return Value($"seconds_to_target/{name}", read(seconds));
        }
    }

    private static readonly (string Name, Func<Quantiles, double> Read)[] Shares =
        [("p05", q => q.P05), ("p50", q => q.P50), ("p95", q => q.P95)];
}
