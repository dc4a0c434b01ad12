using AutoSelect.Contracts;
using AutoSelect.Host.Reports.Analysis;

namespace AutoSelect.Host.Reports;

/// <summary>What report.js draws, in rows of numbers: NaN and infinities are written as strings and read back as numbers.</summary>
internal static class ChartData
{
    public static object FromRecord(JobRecord record, Calibration calibration)
    {
        var objective = record.Spec.Objective;
        var roles = Roles.FromRecord(record);
        var index = record.Trials.Select((t, i) => (t.Id, i)).ToDictionary(t => t.Id, t => t.i);
        var accounting = Accounting.FromRecord(record);
        var speed = SpeedAccuracy.FromRecord(record);
        return new
        {
            objective.Metric,
            Maximize = objective.Direction == Direction.Maximize,
            objective.Target,
            Elapsed = Math.Max(record.ElapsedSeconds,
                record.Trials.SelectMany(t => t.Segments).Select(s => s.EndedAt ?? s.StartedAt).DefaultIfEmpty().Max()),
            Trials = record.Trials.Select(t => new
            {
                Id = t.Id.Value,
                t.Candidate.Name,
                Role = t.Id == roles.Winner ? "winner"
                    : t.Id == roles.RunnerUp ? "runnerUp"
                    : t.Id == roles.Baseline ? "baseline"
                    : record.Commits.Any(c => c.Winner == t.Id) ? "former"
                    : null,
                State = t.State.ToString(),
                Points = t.Curve.Select(
                    p => new[] { p.Step, p.DeviceSeconds, p.Deliverable(objective.Direction), p.Value, p.AveragedValue ?? double.NaN }),
            }),
            Rungs = record.Rungs.Select(r => new
            {
                r.Rung,
                At = r.DecidedAt,
                Forecasts = r.Forecasts.Where(f => index.ContainsKey(f.Trial))
                    .Select(f => new { Trial = index[f.Trial], Bands = Bands(record[f.Trial], f, objective.Direction) }),
            }),
            Commits = record.Commits.Where(c => index.ContainsKey(c.Winner))
                .Select(c => new { c.At, Trial = index[c.Winner], c.IsFallback }),
            Devices = record.Devices.Select(d => d.Id.Value)
                .Concat(record.Trials.SelectMany(t => t.Segments).SelectMany(s => s.Members()).Select(m => m.Device.Value))
                .Distinct().Order(StringComparer.Ordinal),
            Segments = record.Trials.SelectMany(t => t.Segments.SelectMany(s => s.Members().Select(m => new
            {
                Trial = index[t.Id],
                Device = m.Device.Value,
                s.Rung,
                Start = s.StartedAt,
                End = s.EndedAt ?? Math.Max(record.ElapsedSeconds, s.StartedAt),
                s.FromStep,
                s.ToStep,
                Ending = s.End.ToString(),
                Training = s.DeviceSeconds,
                Evaluation = s.EvaluationSeconds,
                Overhead = s.OverheadSeconds,
            }))),
            Planes = new
            {
                Measured = speed.Measured.Select(Row),
                PerEpoch = speed.PerEpoch.Select(Row),
                Forecast = speed.Forecast.Select(Row),
            },
            Calibration = new { Values = calibration.Values.Select(Pair), Times = calibration.Times.Select(Pair) },
            accounting.Total,
        };

        object Row(PlanePoint p) => new { Trial = index[p.Trial], p.Seconds, p.Value, p.Low, p.High, p.OnFront };
        object Pair(CalibrationPair p) =>
            new { Trial = index[p.Trial], p.Rung, p.AtStep, p.TruthStep, Predicted = Row5(p.Predicted), p.Truth };
    }

    /// <summary>Step, training seconds, and five quantiles, from the last measured point on.</summary>
    private static IEnumerable<double[]> Bands(Trial trial, Forecast forecast, Direction direction)
    {
        var from = CurveReading.DeviceSecondsAt(trial.Curve, forecast.AtStep);
        if (trial.Curve.LastOrDefault(p => p.Step <= forecast.AtStep) is { } last && double.IsFinite(last.Deliverable(direction)))
            yield return [last.Step, last.DeviceSeconds, .. Enumerable.Repeat(last.Deliverable(direction), 5)];
        foreach (var band in forecast.Bands.Where(b => b.Step > forecast.AtStep))
            yield return [band.Step, from + (band.Step - forecast.AtStep) * forecast.SecondsPerStep, .. Row5(band.Value)];
    }

    private static double[] Row5(Quantiles q) => [q.P05, q.P25, q.P50, q.P75, q.P95];
}
