using AutoSelect.Contracts;

namespace AutoSelect.Selection.Candidates;

/// <summary>The Halton sequence (1960): the digits of i in the base of the dimension's prime, mirrored at the point.</summary>
internal static class Halton
{
    private static readonly int[] Primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];

    /// <summary>Element i (from 1) of a dimension (from 0), in [0, 1). Dimensions repeat after the twelfth.</summary>
    public static double At(int i, int dimension)
    {
        var radix = Primes[dimension % Primes.Length];
        var (value, digit) = (0.0, 1.0 / radix);
        for (; i > 0; i /= radix, digit /= radix) value += i % radix * digit;
        return value;
    }

    /// <summary>The value of a range at a share of it, 0 to 1, on its scale.</summary>
    public static double At(this SearchRange range, double share) => range.Scale switch
    {
        HyperparameterScale.Logarithmic when range.Minimum > 0 => range.Minimum * Math.Pow(range.Maximum / range.Minimum, share),
        HyperparameterScale.Integer => Math.Min(range.Maximum, Math.Floor(range.Minimum + share * (range.Maximum - range.Minimum + 1))),
        _ => range.Minimum + share * (range.Maximum - range.Minimum),
    };
}
