using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Analysis;

/// <summary>How often intervals covered; the range is the 95 % Wilson interval of the share.</summary>
internal sealed record Coverage(int Hits, int Count)
{
    public double? Share => Count == 0 ? null : (double)Hits / Count;

    public (double Low, double High) Range
    {
        get
        {
            if (Count == 0) return (0, 1);
            const double z = 1.959964;
            var (p, n) = ((double)Hits / Count, (double)Count);
            var middle = (p + z * z / (2 * n)) / (1 + z * z / n);
            var half = z / (1 + z * z / n) * Math.Sqrt(p * (1 - p) / n + z * z / (4 * n * n));
            return (Math.Max(0, middle - half), Math.Min(1, middle + half));
        }
    }
}

/// <summary>
/// The forecasts made along the way against what was measured later. Every forecast counts once per kind: for values at the
/// farthest band whose step the trial went on to reach, so that one run is not counted as many. Forecasts of one trial still
/// depend on each other, and trials that went on are those that looked good: the figures flatter.
/// </summary>
internal sealed record Calibration
{
    public required ImmutableArray<CalibrationPair> Values { get; init; }

    /// <summary>Remaining seconds to the target.</summary>
    public required ImmutableArray<CalibrationPair> Times { get; init; }

    /// <summary>Forecasts of values in all, judged or not.</summary>
    public required int Forecasts { get; init; }

    /// <summary>Forecasts of the time to the target in all, made before it was reached.</summary>
    public required int TimeForecasts { get; init; }

    public static Coverage Covered50(ImmutableArray<CalibrationPair> pairs) => new(pairs.Count(p => p.Within50), pairs.Length);

    public static Coverage Covered90(ImmutableArray<CalibrationPair> pairs) => new(pairs.Count(p => p.Within90), pairs.Length);

    public static Calibration FromRecord(JobRecord record)
    {
        var objective = record.Spec.Objective;
        var trials = record.Trials.ToDictionary(t => t.Id);
        var forecasts = record.Rungs.SelectMany(r => r.Forecasts.Select(f => (r.Rung, Forecast: f)))
            .Where(f => trials.ContainsKey(f.Forecast.Trial)).ToArray();
        var times = forecasts.Where(f => f.Forecast.SecondsToTarget is not null
            && !(CurveReading.Reached(trials[f.Forecast.Trial], objective) is { } hit && hit.Step <= f.Forecast.AtStep)).ToArray();
        return new Calibration
        {
            Values = [.. forecasts.Select(f => OfValue(f.Rung, f.Forecast, trials[f.Forecast.Trial], objective)).OfType<CalibrationPair>()],
            Times = [.. times.Select(f => OfTime(f.Rung, f.Forecast, trials[f.Forecast.Trial], objective)).OfType<CalibrationPair>()],
            Forecasts = forecasts.Length,
            TimeForecasts = times.Length,
        };
    }

    /// <summary>The farthest band with a measured point at its step, or after it but before the next band's.</summary>
    private static CalibrationPair? OfValue(int rung, Forecast forecast, Trial trial, Objective objective)
    {
        var bands = forecast.Bands.Where(b => b.Step > forecast.AtStep).OrderBy(b => b.Step).ToArray();
        for (var i = bands.Length - 1; i >= 0; i--)
        {
            var next = i + 1 < bands.Length ? bands[i + 1].Step : long.MaxValue;
            var point = trial.Curve.FirstOrDefault(p => p.Step >= bands[i].Step && p.Step < next);
            if (point is not null && double.IsFinite(point.Deliverable(objective.Direction)))
                return new CalibrationPair(
                    trial.Id, rung, forecast.AtStep, point.Step, bands[i].Value, point.Deliverable(objective.Direction));
        }
        return null;
    }

    private static CalibrationPair? OfTime(int rung, Forecast forecast, Trial trial, Objective objective)
    {
        var from = CurveReading.RunSecondsAt(trial.Curve, forecast.AtStep);
        if (CurveReading.Reached(trial, objective) is { } hit)
            return new CalibrationPair(
                trial.Id, rung, forecast.AtStep, hit.Step, forecast.SecondsToTarget!, CurveReading.RunSeconds(hit) - from);
        return CurveReading.RanToHorizon(trial)
            ? new CalibrationPair(trial.Id, rung, forecast.AtStep, trial.HorizonSteps, forecast.SecondsToTarget!, double.PositiveInfinity)
            : null;
    }
}
