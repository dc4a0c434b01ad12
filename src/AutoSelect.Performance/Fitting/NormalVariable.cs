namespace AutoSelect.Performance;

/// <summary>The standard normal variable: Gauss-Hermite nodes for means over it, and the mean of its positive part.</summary>
internal static class NormalVariable
{
    /// <summary>Five nodes and their weights: means of polynomials up to degree nine are exact.</summary>
    public static readonly (double Node, double Weight)[] Nodes =
    [
        (0, 0.5333333333333333),
        (1.3556261799742659, 0.2220759220056126), (-1.3556261799742659, 0.2220759220056126),
        (2.8569700138728056, 0.0112574113277207), (-2.8569700138728056, 0.0112574113277207),
    ];

    /// <summary>E[max(0, X)] of X ~ N(mean, deviation²): mΦ(m/s) + sφ(m/s).</summary>
    public static double PositivePart(double mean, double deviation)
    {
        if (deviation <= 0) return Math.Max(0, mean);
        var z = mean / deviation;
        return mean * Cumulative(z) + deviation * Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);
    }

    /// <summary>
    /// Mean of the largest of n independent ones, κₙ = ∫ x d(Φ(x)ⁿ) = ∫₀ (1 - Φⁿ) - ∫⁰ Φⁿ: 0, .564, .846, 1.029, … (trapezoids, to 1e-6).
    /// </summary>
    /// <param name="n">At least 1.</param>
    public static double ExpectedMaximum(int n)
    {
        const double end = 8, step = 1.0 / 32;
        var sum = 0.5 * step; // where the two parts meet: one half of each
        sum -= step * Math.Pow(Cumulative(0), n);
        for (var x = step; x <= end; x += step) sum += step * (1 - Math.Pow(Cumulative(x), n) - Math.Pow(Cumulative(-x), n));
        return sum;
    }

    /// <summary>Φ, to 1e-7 (Abramowitz and Stegun 26.2.17).</summary>
    private static double Cumulative(double z)
    {
        var t = 1 / (1 + 0.2316419 * Math.Abs(z));
        var series = t * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        var tail = Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI) * series;
        return z > 0 ? 1 - tail : tail;
    }
}
