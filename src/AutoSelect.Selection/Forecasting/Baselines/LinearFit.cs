namespace AutoSelect.Selection.Forecasting.Baselines;

/// <summary>Least squares of z = level + gain · g for one shape g.</summary>
/// <param name="Deviation">Standard deviation of the residuals.</param>
/// <param name="SquaredResiduals">Their sum of squares.</param>
internal readonly record struct LinearFit(
    double Level, double Gain, double Deviation, double SquaredResiduals, double MeanShape, double ShapeSpread, int Points)
{
    /// <param name="shapes">g at each point.</param>
    /// <param name="floor">Smallest standard deviation of the residuals to be believed.</param>
    /// <param name="leastGain">Bound on the gain: a curve must not be expected to get worse.</param>
    public static LinearFit FitLine(ReadOnlySpan<double> shapes, ReadOnlySpan<double> z, double floor, double leastGain = 0)
    {
        var n = z.Length;
        var (meanShape, meanValue) = (0.0, 0.0);
        for (var i = 0; i < n; i++) (meanShape, meanValue) = (meanShape + shapes[i] / n, meanValue + z[i] / n);
        var (spread, product) = (0.0, 0.0);
        for (var i = 0; i < n; i++)
            (spread, product) = (spread + Square(shapes[i] - meanShape), product + (shapes[i] - meanShape) * (z[i] - meanValue));
        var gain = spread > 1e-300 ? Math.Max(leastGain, product / spread) : 0;
        var level = meanValue - gain * meanShape;
        var residuals = 0.0;
        for (var i = 0; i < n; i++) residuals += Square(z[i] - level - gain * shapes[i]);
        residuals = Math.Max(residuals, n * floor * floor);
        return new LinearFit(level, gain, Math.Sqrt(residuals / Math.Max(1, n - 3)), residuals, meanShape, spread, n);
    }

    public double At(double shape) => Level + Gain * shape;

    /// <summary>Standard deviation of a new value at a shape: its noise and what the fit leaves open.</summary>
    public double DeviationAt(double shape) =>
        Deviation * Math.Sqrt(1 + 1.0 / Points + (ShapeSpread > 1e-300 ? Square(shape - MeanShape) / ShapeSpread : 0));

    private static double Square(double v) => v * v;
}
