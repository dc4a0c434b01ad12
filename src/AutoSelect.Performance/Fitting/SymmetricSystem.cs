namespace AutoSelect.Performance;

/// <summary>Small symmetric positive definite systems, by Cholesky's method on a chosen subset of the unknowns.</summary>
internal static class SymmetricSystem
{
    /// <summary>AᵀA [k, k] with column j divided by its scale; a column without length stays 0.</summary>
    public static double[,] Gram(double[][] rows, double[] scale)
    {
        var gram = new double[scale.Length, scale.Length];
        for (var i = 0; i < scale.Length; i++)
            for (var j = 0; j < scale.Length; j++)
                gram[i, j] = scale[i] > 0 && scale[j] > 0 ? rows.Sum(r => r[i] * r[j]) / (scale[i] * scale[j]) : 0;
        return gram;
    }

    /// <summary>x with M[S,S] x = y[S]; null where M[S,S] is singular to rounding. The diagonal is about one.</summary>
    public static double[]? Solve(double[,] matrix, double[] right, IReadOnlyList<int> subset) =>
        CholeskyFactor.Find(matrix, subset)?.Solve([.. subset.Select(i => right[i])]);
}
