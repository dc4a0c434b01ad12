namespace AutoSelect.Selection.Forecasting.Baselines;

/// <summary>Predicts that a curve stays where it is, with a spread as large as what it did before over an equal ratio of time.</summary>
internal static class LastValue
{
    /// <param name="x">Positions, above 0 and ascending; at least 1.</param>
    /// <param name="z">Values at them.</param>
    /// <param name="at">Position to predict.</param>
    public static QuantilePrediction Predict(ReadOnlySpan<double> x, ReadOnlySpan<double> z, double at)
    {
        var last = x.Length - 1;
        var mixture = new NormalMixture();
        mixture.Add(1, z[last], Spread(x, z, Math.Max(1, at / x[last])));
        return mixture.Quantiles();
    }

    /// <summary>
    /// Root mean square of the changes over a ratio of time; over a shorter ratio, scaled by the root of the logarithm, where the curve is
    /// too short.
    /// </summary>
    private static double Spread(ReadOnlySpan<double> x, ReadOnlySpan<double> z, double ratio)
    {
        var range = Range(z);
        if (x.Length < 3) return Math.Max(range, 1e-3 * Math.Abs(z[^1]) + 1e-12);
        var reached = Math.Min(ratio, Math.Sqrt(x[^1] / x[0]));
        var (sum, count) = (0.0, 0);
        for (var i = 1; i < x.Length; i++)
        {
            var j = i - 1;
            while (j > 0 && x[j] * reached > x[i]) j--;
            sum += (z[i] - z[j]) * (z[i] - z[j]);
            count++;
        }
        var scale = reached > 1 + 1e-9 ? Math.Sqrt(Math.Log(Math.Max(ratio, 1.01)) / Math.Log(reached)) : 1;
        return Math.Max(Math.Sqrt(sum / count) * Math.Max(1, scale), 1e-3 * range + 1e-12);
    }

    internal static double Range(ReadOnlySpan<double> z)
    {
        var (low, high) = (z[0], z[0]);
        foreach (var v in z) (low, high) = (Math.Min(low, v), Math.Max(high, v));
        return high - low;
    }
}
