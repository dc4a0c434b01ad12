using System.Collections.Concurrent;
using System.Collections.Immutable;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Selection.History;

/// <summary>
/// Forecasts learned from finished curves: for curves seen up to some fraction of their horizon, a <see cref="CutForecaster"/> of
/// the nearest fraction of a fixed grid. Safe for use by several threads.
/// </summary>
internal sealed class HistoryForecaster
{
    private static readonly double[] Cuts = [0.01, 0.02, 0.035, 0.05, 0.07, 0.1, 0.14, 0.2, 0.28, 0.4, 0.56, 0.8];

    private readonly ImmutableArray<HistoryCurve> curves;
    private readonly ConcurrentDictionary<double, Lazy<CutForecaster?>> learned = new();

    private HistoryForecaster(ImmutableArray<HistoryCurve> curves) => this.curves = curves;

    /// <summary>Null when there are fewer than 40 curves.</summary>
    public static HistoryForecaster? Learn(ImmutableArray<RecordedCurve> recorded)
    {
        ImmutableArray<HistoryCurve> curves = [.. recorded.Select(HistoryCurve.FromRecording).OfType<HistoryCurve>()];
        return curves.Length < 40 ? null : new HistoryForecaster(curves);
    }

    /// <summary>What was learned nearest to a fraction of the horizon; null where too few curves reach beyond it.</summary>
    public CutForecaster? At(double cut)
    {
        return Learned(Cuts.MinBy(c => Math.Abs(Math.Log(Math.Max(1e-4, cut) / c))));
    }

    public void LearnAll()
    {
        foreach (var cut in Cuts) Learned(cut);
    }

    private CutForecaster? Learned(double cut) =>
        learned.GetOrAdd(cut, c => new Lazy<CutForecaster?>(() => CutForecaster.Learn(curves, c))).Value;
}
