namespace AutoSelect.Selection.Forecasting.Baselines;

/// <summary>
/// The power law z = c + a·x^−α with three parameters: α from a grid, c and a ≥ 0 by least squares. Smaller values are better.
/// </summary>
internal static class PowerLaw
{
    private const int LeastPoints = 3;
    private static readonly double[] Exponents = [.. Enumerable.Range(0, 40).Select(i => 0.05 * Math.Pow(60, i / 39.0))];

    /// <summary>Normal quantiles around the fit; the last value with its spread where there are fewer than 3 points.</summary>
    /// <param name="x">Positions, above 0 and ascending; at least 1.</param>
    /// <param name="z">Values at them.</param>
    /// <param name="at">Position to predict.</param>
    public static QuantilePrediction Predict(ReadOnlySpan<double> x, ReadOnlySpan<double> z, double at)
    {
        if (x.Length < LeastPoints) return LastValue.Predict(x, z, at);
        var (fit, exponent) = Fit(x, z);
        var shape = Math.Pow(at / x[^1], -exponent);
        var mixture = new NormalMixture();
        mixture.Add(1, fit.At(shape), fit.DeviationAt(shape));
        return mixture.Quantiles();
    }

    /// <summary>
    /// Position at which the fit is at the target; the last position when it is there already, infinite when it never will be or there are
    /// fewer than 3 points.
    /// </summary>
    public static double PositionOf(double target, ReadOnlySpan<double> x, ReadOnlySpan<double> z)
    {
        if (x.Length < LeastPoints) return double.PositiveInfinity;
        var (fit, exponent) = Fit(x, z);
        var shape = fit.Gain > 0 ? (target - fit.Level) / fit.Gain : fit.Level <= target ? 1 : 0;
        return shape <= 0 ? double.PositiveInfinity : x[^1] * Math.Max(1, Math.Pow(shape, -1 / exponent));
    }

    /// <summary>The fit on the scale x/xₙ, which leaves the powers near 1.</summary>
    private static (LinearFit Fit, double Exponent) Fit(ReadOnlySpan<double> x, ReadOnlySpan<double> z)
    {
        var floor = 1e-4 * LastValue.Range(z) + 1e-12;
        var shapes = new double[x.Length];
        (LinearFit Fit, double Exponent) best = default;
        foreach (var exponent in Exponents)
        {
            for (var i = 0; i < x.Length; i++) shapes[i] = Math.Pow(x[i] / x[^1], -exponent);
            var fit = LinearFit.FitLine(shapes, z, floor);
            if (best.Exponent == 0 || fit.SquaredResiduals < best.Fit.SquaredResiduals) best = (fit, exponent);
        }
        return best;
    }
}
