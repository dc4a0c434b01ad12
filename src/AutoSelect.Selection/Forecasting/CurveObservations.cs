using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Forecasting;

/// <summary>
/// A learning curve made ready for inference: x is the fraction of the horizon, z the deliverable value turned so that smaller
/// is better and on the scale of <see cref="ValueScale"/>, both averaged into at most 32 logarithmic bins; points before a tenth of
/// what was seen are dropped while enough are left, since warm-up rules them.
/// </summary>
internal sealed class CurveObservations
{
    private const int MostBins = 32;
    private const double EarlyShare = 0.1;

    /// <summary>What may be ahead of a curve without a target: an error that falls to two fifths.</summary>
    private const double Headroom = 1;

    private CurveObservations(double[] x, double[] z, double[] weights, ValueScale values, double? target)
    {
        (X, Z, Weights, Values) = (x, z, weights, values);
        Scale = ScaleOf(z, values.Kind, target);
        Noise = Math.Max(NoiseOf(x, z), 0.003 * Scale);
    }

    public double[] X { get; }
    public double[] Z { get; }

    /// <summary>Points behind each bin, tempered: neighbouring residuals are correlated.</summary>
    public double[] Weights { get; }

    /// <summary>What <see cref="Z"/> is measured in.</summary>
    public ValueScale Values { get; }

    /// <summary>
    /// The transferable unit: the spread seen, or a share of the headroom (distance to the target, else to the best possible value) where
    /// little was seen.
    /// </summary>
    public double Scale { get; }

    /// <summary>First guess of the noise's standard deviation, from deviations between neighbours.</summary>
    public double Noise { get; }

    /// <summary>Fraction of the horizon at the last point.</summary>
    public double Cut => X[^1];

    /// <summary>Null when no point has a finite value.</summary>
    public static CurveObservations? FromCurve(ImmutableArray<CurvePoint> curve, long horizonSteps, Direction direction, double? target)
    {
        var sign = direction == Direction.Maximize ? -1.0 : 1.0;
        var points = new List<(double X, double Z)>(curve.Length);
        foreach (var point in curve)
        {
            var value = point.Deliverable(direction);
            if (double.IsFinite(value)) points.Add((Math.Clamp((double)point.Step / Math.Max(1, horizonSteps), 1e-6, 1), sign * value));
        }
        if (points.Count == 0) return null;

        var values = ValueScale.ForValues([.. points.Select(p => p.Z)], direction);
        points = points.ConvertAll(p => (p.X, Z: values.To(p.Z)));
        double? goal = target is { } t && double.IsFinite(t) ? values.To(sign * t) : null;

        var from = points[^1].X * EarlyShare;
        var kept = points.FindAll(p => p.X >= from);
        if (kept.Count < 3) kept = points.GetRange(Math.Max(0, points.Count - 3), Math.Min(3, points.Count));
        return Binned(kept, values, goal);
    }

    private static CurveObservations Binned(List<(double X, double Z)> points, ValueScale values, double? target)
    {
        var (first, last) = (Math.Log(points[0].X), Math.Log(points[^1].X));
        var width = Math.Max(1e-12, (last - first) / MostBins);
        var bins = points.Count <= MostBins
            ? points.Select(p => new[] { p })
            : points.GroupBy(p => Math.Min(MostBins - 1, (int)((Math.Log(p.X) - first) / width)))
                .OrderBy(g => g.Key).Select(g => g.ToArray());
        var binned = bins.Select(b => (X: b.Average(p => p.X), Z: b.Average(p => p.Z), Weight: Math.Sqrt(b.Length))).ToArray();
        return new CurveObservations(
            [.. binned.Select(b => b.X)], [.. binned.Select(b => b.Z)], [.. binned.Select(b => b.Weight)], values, target);
    }

    private static double ScaleOf(double[] z, MetricKind kind, double? target)
    {
        var headroom = target is { } t && z[^1] > t ? 2 * (z[^1] - t) : kind == MetricKind.Plain ? Math.Abs(z[^1]) : Headroom;
        var spread = z.Max() - z.Min();
        return Math.Max(Math.Max(spread, (z.Length < 4 ? 0.5 : 0.1) * headroom), 1e-9 + 1e-6 * Math.Abs(z[^1]));
    }

    /// <summary>
    /// Standard deviation from each point's distance to the line through its neighbours (variance 1.5 σ² when evenly spaced).
    /// </summary>
    private static double NoiseOf(double[] x, double[] z)
    {
        if (z.Length < 3) return 0;
        var squares = new double[z.Length - 2];
        for (var i = 1; i < z.Length - 1; i++)
        {
            var share = (x[i] - x[i - 1]) / Math.Max(1e-12, x[i + 1] - x[i - 1]);
            var residual = z[i] - (z[i - 1] + share * (z[i + 1] - z[i - 1]));
            squares[i - 1] = residual * residual / 1.5;
        }
        // The later half: the bend of the early curve is not noise.
        var late = squares[(squares.Length / 2)..];
        return Math.Sqrt(late.Average());
    }
}
