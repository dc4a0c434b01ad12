using AutoSelect.Selection.History;

namespace AutoSelect.Selection.Forecasting.Baselines;

/// <summary>A weighted mixture of normal distributions.</summary>
internal sealed class NormalMixture
{
    private const int GridPoints = 400;
    private readonly List<(double Weight, double Mean, double Deviation)> parts = [];

    /// <param name="weight">Not negative; the weights need not sum to 1.</param>
    public void Add(double weight, double mean, double deviation) => parts.Add((weight, mean, Math.Max(1e-300, deviation)));

    /// <summary>Its quantiles, from the distribution function on a grid over all that has weight.</summary>
    public QuantilePrediction Quantiles()
    {
        var total = parts.Sum(p => p.Weight);
        var kept = parts.Where(p => p.Weight > 1e-5 * total).ToArray();
        total = kept.Sum(p => p.Weight);
        var (low, high) = (kept.Min(p => p.Mean - 3 * p.Deviation), kept.Max(p => p.Mean + 3 * p.Deviation));
        var quantiles = new double[99];
        var (next, below, at) = (0, 0.0, low);
        for (var i = 0; i <= GridPoints && next < 99; i++)
        {
            var x = low + (high - low) * i / GridPoints;
            var share = kept.Sum(p => p.Weight * NormalDistribution.Below((x - p.Mean) / p.Deviation)) / total;
            for (; next < 99 && share >= (next + 1) / 100.0; next++)
                quantiles[next] = share > below ? at + (x - at) * Math.Clamp(((next + 1) / 100.0 - below) / (share - below), 0, 1) : x;
            (below, at) = (share, x);
        }
        for (; next < 99; next++) quantiles[next] = high;
        return new QuantilePrediction(quantiles);
    }
}
