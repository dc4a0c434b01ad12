using System.Collections.Immutable;
using System.Diagnostics;
using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Selection.Tests;

public sealed class ForecastCalibrationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("deepobs", ScheduleKind.Constant, 2, 0.80, 0.25)]
    [InlineData("taskset", ScheduleKind.Constant, 5, 0.80, 0.35)]
    [InlineData("nanogpt", ScheduleKind.Linear, 1, 0.70, 0.35)]
    [InlineData("algoperf", ScheduleKind.Cosine, 8, 0.70, 0.35)]
    public void The_90_percent_interval_of_the_last_value_covers_real_curves(
        string suite, ScheduleKind schedule, int every, double leastCoverage, double mostError)
    {
        var curves = RealCurves.Read(suite)
            .Where((c, i) => i % every == 0 && c.Values[^1] is not null && c.Steps.Length >= 12).ToImmutableArray();
        var clock = Stopwatch.StartNew();
        foreach (var cut in new[] { 0.05, 0.1, 0.2, 0.4, 0.8 })
        {
            var scores = curves.Select(c => Score(c, cut, schedule))
                .OfType<(bool Covered, double Error, double Last, double Width, double Crps)>().ToArray();
            var coverage = scores.Average(s => s.Covered ? 1.0 : 0);
            output.WriteLine(
                $"{suite} at {cut:0%}: {scores.Length} curves, coverage {coverage:0.000}, error {scores.Average(s => s.Error):0.000} (last "
                + $"value {scores.Average(s => s.Last):0.000}), width {scores.Average(s => s.Width):0.00}");
            if (cut is 0.2 or 0.4) Assert.InRange(coverage, leastCoverage, 1);
            if (cut is 0.2) Assert.InRange(scores.Average(s => s.Error), 0, mostError);
        }
        output.WriteLine($"{clock.Elapsed.TotalMilliseconds / curves.Length / 5:0.00} ms a forecast");
    }

    private static (bool, double, double, double, double)? Score(RecordedCurve curve, double cut, ScheduleKind schedule)
    {
        var horizon = curve.Steps[^1];
        var seen = curve.Last((long)(cut * horizon));
        var values = curve.Values.Select(v => v ?? double.NaN).ToArray();
        var finite = values.Where(double.IsFinite).ToArray();
        var range = finite.Max() - finite.Min();
        if (seen < 0 || range <= 0 || !double.IsFinite(values[seen])) return null;
        var step = (long)(cut * horizon);
        var trial = Evidence.Trial(0, 0, _ => 0) with
        {
            Candidate = Evidence.Candidate("c", schedule),
            Curve = [.. Enumerable.Range(0, seen + 1).Select(i => Evidence.Point(curve.Steps[i], values[i]))],
            HorizonSteps = horizon,
            Step = step,
        };
        var objective = new Objective
        {
            Kind = ObjectiveKind.BestBy,
            Metric = curve.Metric,
            Direction = curve.Direction,
            DeadlineSeconds = 1e9,
        };
        var forecast = ForecastWriter.Write(JobOutlook.FromInput(Evidence.Input(objective, 1, trial)))[0].FinalValue;
        var last = values[^1];
        return (last >= forecast.P05 && last <= forecast.P95, Math.Abs(forecast.P50 - last) / range, Math.Abs(values[seen] - last) / range,
            (forecast.P95 - forecast.P05) / range, 0);
    }
}
