namespace AutoSelect.Selection.Forecasting.Baselines;

/// <summary>
/// An ensemble of parametric curves after Domhan, Springenberg and Hutter ("Speeding up automatic hyperparameter optimization of deep
/// neural networks by extrapolation of learning curves", IJCAI 2015). Smaller values are better. It differs from the paper: families
/// that are linear in level and gain stand for its eleven (pow3 and pow4; exp4, Janoschek and Weibull; MMF and Hill; ilog2; without
/// vapour pressure, log-log linear and log power); their shapes come from a grid instead of a Markov chain; each is weighted by its
/// profile likelihood R^(−n/2) with R the squared residuals, and carries the spread of its least squares. As in the paper a curve
/// that would end worse than it began is left out.
/// </summary>
internal static class CurveEnsemble
{
    private const int LeastPoints = 4;
    private static readonly Func<double, double>[] Shapes = [.. PowerShapes(), .. SigmoidShapes(), u => 1 / Math.Log(2 + 20 * u)];

    /// <summary>Quantiles of the mixture; the last value with its spread where there are fewer than 4 points.</summary>
    /// <param name="x">Positions, above 0 and ascending; at least 1.</param>
    /// <param name="z">Values at them.</param>
    /// <param name="at">Position to predict.</param>
    public static QuantilePrediction Predict(ReadOnlySpan<double> x, ReadOnlySpan<double> z, double at)
    {
        var range = LastValue.Range(z);
        if (x.Length < LeastPoints || range <= 0) return LastValue.Predict(x, z, at);
        var mixture = new NormalMixture();
        var shapes = new double[x.Length];
        var (least, fits) = (double.PositiveInfinity, new List<(LinearFit Fit, double Shape)>(Shapes.Length));
        foreach (var shape in Shapes)
        {
            for (var i = 0; i < x.Length; i++) shapes[i] = shape(x[i] / x[^1]);
            var fit = LinearFit.FitLine(shapes, z, 1e-4 * range);
            var end = shape(at / x[^1]);
            if (!double.IsFinite(fit.Level) || fit.At(end) > z[0]) continue;
            fits.Add((fit, end));
            least = Math.Min(least, fit.SquaredResiduals);
        }
        if (fits.Count == 0) return LastValue.Predict(x, z, at);
        foreach (var (fit, end) in fits)
            mixture.Add(Math.Pow(fit.SquaredResiduals / least, -x.Length / 2.0), fit.At(end), fit.DeviationAt(end));
        return mixture.Quantiles();
    }

    private static IEnumerable<Func<double, double>> PowerShapes() =>
        from exponent in new[] { 0.1, 0.2, 0.35, 0.5, 0.7, 1, 1.4, 2, 3 }
        from offset in new[] { 0, 0.05, 0.3 }
        select (Func<double, double>)(u => Math.Pow(u + offset, -exponent));

    private static IEnumerable<Func<double, double>> SigmoidShapes() =>
        from step in Enumerable.Range(0, 15)
        let rate = 0.15 * Math.Pow(1.4, step)
        from power in new[] { 0.5, 0.75, 1, 1.5, 2, 3 }
        from shape in new Func<double, double>[] { u => Math.Exp(-Math.Pow(rate * u, power)), u => 1 / (1 + Math.Pow(rate * u, power)) }
        select shape;
}
