using System.Collections.Immutable;
using System.Diagnostics;
using AutoSelect.Selection.History;

namespace AutoSelect.Selection.Replay.Forecasts;

/// <summary>What a forecaster is shown of a curve: the points up to the cut, and where the other candidates of the problem stand.</summary>
internal sealed record ForecastQuestion(HistoryCurve Curve, int Count, ProblemStanding Standing)
{
    public ReadOnlySpan<double> X => Curve.X.AsSpan(0, Count);
    public ReadOnlySpan<double> Z => Curve.Z.AsSpan(0, Count);

    /// <summary>The target, turned as the values, where there is one that was not reached; else null.</summary>
    public double? TargetAhead =>
        Curve.Target is { } target && Z.IndexOfAnyInRange(double.NegativeInfinity, target) < 0 ? target : null;
}

/// <summary>
/// Forecasts the final value of every curve of a suite from its beginning, leaving its own family out of what is learned.
/// </summary>
public static class ForecastReplay
{
    /// <summary>Runs one model over a suite.</summary>
    /// <param name="suite">Curves to forecast.</param>
    /// <param name="history">More finished curves to learn from; those of a curve's own family are left out.</param>
    /// <param name="cuts">Fractions of the announced horizon, above 0 and below 1.</param>
    /// <param name="model">A name of <see cref="ForecastModels.Names"/>.</param>
    /// <exception cref="ArgumentException">Unknown model.</exception>
    public static ForecastReport Run(
        ImmutableArray<RecordedCurve> suite, ImmutableArray<RecordedCurve> history, ImmutableArray<double> cuts, string model)
    {
        var forecast = ForecastModels.Get(model);
        var curves = suite.Select(HistoryCurve.FromRecording).OfType<HistoryCurve>().ToArray();
        var results = new List<ForecastResult>();
        foreach (var family in curves.GroupBy(c => c.Source.Family).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var learned = SelectionHistory.FromCurves(suite.Concat(history).Where(c => c.Family != family.Key));
            foreach (var cut in cuts)
                foreach (var problem in family.GroupBy(c => c.Source.Problem))
                    foreach (var (curve, question) in Questions(problem, curves, cut))
                    {
                        if (results.Count == 0) forecast(question, learned); // what is learned at first use is not the curve's own cost
                        var started = Stopwatch.GetTimestamp();
                        var (quantiles, odds) = forecast(question, learned);
                        var elapsed = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
                        results.Add(new ForecastResult(
                            cut, family.Key, curve.Target is null ? null : double.IsFinite(curve.HitAt),
                            ForecastScore.FromQuantiles(quantiles, curve.Last, curve.Spread), odds, elapsed));
                    }
        }
        return ForecastReport.FromResults(curves.FirstOrDefault()?.Source.Suite ?? "", model, results);
    }

    private static IEnumerable<(HistoryCurve, ForecastQuestion)> Questions(
        IGrouping<string, HistoryCurve> problem, HistoryCurve[] all, double cut)
    {
        // Other candidates of the problem are seen up to the same cut, whatever family they are of.
        var seen = all.Where(c => c.Source.Problem == problem.Key).Select(c => (Curve: c, Count: c.Seen(cut)))
            .Where(s => s.Count > 0 && s.Curve.X[^1] > cut).ToArray();
        if (seen.Length == 0) yield break;
        var standing = new ProblemStanding(seen.Select(s => s.Curve.Z[s.Count - 1]));
        foreach (var (curve, count) in seen)
            if (problem.Contains(curve)) yield return (curve, new ForecastQuestion(curve, count, standing));
    }
}
