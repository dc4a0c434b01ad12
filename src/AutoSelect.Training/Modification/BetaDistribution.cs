using AutoSelect.Training.Segments;

namespace AutoSelect.Training.Modification;

/// <summary>Draws from the symmetric Beta distribution.</summary>
internal static class BetaDistribution
{
    /// <summary>One number from Beta(α, α), α above 0.</summary>
    public static double Draw(ref SplitMix64 random, double alpha)
    {
        var (x, y) = (LogGamma(ref random, alpha), LogGamma(ref random, alpha));
        // Both gamma variates underflow for small α; their ratio does not.
        return 1 / (1 + Math.Exp(y - x));
    }

    /// <summary>
    /// Logarithm of a Gamma(α, 1) variate: rejection for α ≥ 1, and one of α + 1 times U^(1/α) below (Marsaglia and Tsang, ACM TOMS 2000).
    /// </summary>
    private static double LogGamma(ref SplitMix64 random, double alpha)
    {
        if (alpha < 1) return LogGamma(ref random, alpha + 1) + Math.Log(1 - random.Uniform()) / alpha;
        var d = alpha - 1.0 / 3;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var normal = random.Normal();
            var cube = 1 + c * normal;
            if (cube <= 0) continue;
            cube = cube * cube * cube;
            if (Math.Log(1 - random.Uniform()) < 0.5 * normal * normal + d - d * cube + d * Math.Log(cube)) return Math.Log(d * cube);
        }
    }
}
