using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Campaigns.Samplers;

/// <summary>
/// The Halton sequence with its digits permuted at random, a permutation of its own for each base and place (Owen, "A randomized Halton
/// algorithm in R", arXiv 1706.02808): plain Halton is correlated in high dimensions and begins at the corner.
/// </summary>
internal static class ScrambledHalton
{
    private static readonly int[] Primes =
        [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89];

    /// <summary>Element i (from 0) of a dimension (from 0, below 24), in [0, 1).</summary>
    public static double At(int i, int dimension, long seed)
    {
        var radix = Primes[dimension];
        var (value, unit) = (0.0, 1.0 / radix);
        // Zeros beyond the last digit are permuted too, down to the precision of a double.
        for (var place = 0; unit > 1.0 / (1L << 53); place++, i /= radix, unit /= radix)
            value += unit * SeededNumbers.Named(seed, $"halton {dimension} {place}").Permutation(radix)[i % radix];
        return Math.Min(value, 1 - 1.0 / (1L << 53));
    }
}
