using AutoSelect.Selection.History;

namespace AutoSelect.Selection.Replay.Forecasts;

/// <summary>How good forecasts of final values were, in the curves' own spread (<see cref="HistoryCurve.Spread"/>).</summary>
public sealed record ForecastFigures
{
    /// <summary>Mean of |median − final value|.</summary>
    public required double Mae { get; init; }

    /// <summary>Continuous ranked probability score (Gneiting and Raftery, 2007), from the 99 percentiles.</summary>
    public required double Crps { get; init; }

    /// <summary>Mean log density, the percentiles smoothed by a normal kernel of at least half a hundredth of the spread.</summary>
    public required double LogDensity { get; init; }

    public required double Coverage50 { get; init; }
    public required double Coverage90 { get; init; }
    public required double Coverage95 { get; init; }

    /// <summary>Mean width of the 90 % interval.</summary>
    public required double Width90 { get; init; }

    public required double MicrosecondsPerCurve { get; init; }
    public required int Curves { get; init; }
}

/// <summary>The scores of one forecast.</summary>
internal readonly record struct ForecastScore(double Error, double Crps, double LogDensity, bool In50, bool In90, bool In95, double Width90)
{
    /// <summary>Probabilities of the 99 percentiles that a forecast consists of.</summary>
    public static double[] Percentiles { get; } = [.. Enumerable.Range(1, 99).Select(i => i / 100.0)];

    /// <param name="quantiles">Percentiles 1 to 99, ascending or descending.</param>
    public static ForecastScore FromQuantiles(double[] quantiles, double actual, double spread)
    {
        double[] q = [.. quantiles.Select(v => v / spread).Order()];
        var y = actual / spread;
        var (n, error, pairs) = (q.Length, 0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            error += Math.Abs(q[i] - y) / n;
            pairs += (2.0 * (i + 1) - n - 1) * q[i] / n / n;
        }
        double At(double p) => SortedValues.At(q, p);
        bool In(double share) => y >= At((1 - share) / 2) - 1e-9 && y <= At((1 + share) / 2) + 1e-9;
        return new(Math.Abs(At(0.5) - y), error - pairs, LogDensityAt(q, y), In(0.5), In(0.9), In(0.95), At(0.95) - At(0.05));
    }

    public static ForecastFigures Mean(IReadOnlyCollection<ForecastScore> scores, double microseconds) => new()
    {
        Mae = scores.Average(s => s.Error),
        Crps = scores.Average(s => s.Crps),
        LogDensity = scores.Average(s => s.LogDensity),
        Coverage50 = scores.Average(s => s.In50 ? 1 : 0),
        Coverage90 = scores.Average(s => s.In90 ? 1 : 0),
        Coverage95 = scores.Average(s => s.In95 ? 1 : 0),
        Width90 = scores.Average(s => s.Width90),
        MicrosecondsPerCurve = microseconds / scores.Count,
        Curves = scores.Count,
    };

    private static double LogDensityAt(double[] q, double y)
    {
        var mean = q.Average();
        var deviation = Math.Sqrt(q.Average(v => (v - mean) * (v - mean)));
        var bandwidth = Math.Max(
            0.005, 0.9 * Math.Min(deviation, (SortedValues.At(q, 0.75) - SortedValues.At(q, 0.25)) / 1.34) * Math.Pow(q.Length, -0.2));
        // A hundredth of the weight is spread over a wide bell, so that a single miss has a finite price.
        var wide = Math.Max(1, 3 * deviation);
        var density = 0.01 * Normal((y - SortedValues.At(q, 0.5)) / wide) / wide;
        foreach (var v in q) density += 0.99 * Normal((y - v) / bandwidth) / bandwidth / q.Length;
        return Math.Log(density);
    }

    private static double Normal(double z) => Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);
}
