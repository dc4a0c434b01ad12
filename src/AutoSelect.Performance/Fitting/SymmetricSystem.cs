namespace AutoSelect.Performance;

/// <summary>Small symmetric positive definite systems, by Cholesky's method on a chosen subset of the unknowns.</summary>
internal static class SymmetricSystem
{
    private const double LeastPivot = 1e-10;

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
    public static double[]? Solve(double[,] matrix, double[] right, IReadOnlyList<int> subset)
    {
        var size = subset.Count;
        var lower = new double[size, size];
        var x = new double[size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = matrix[subset[i], subset[j]];
                for (var l = 0; l < j; l++) sum -= lower[i, l] * lower[j, l];
                if (i == j && sum < LeastPivot) return null;
                lower[i, j] = i == j ? Math.Sqrt(sum) : sum / lower[j, j];
            }
            x[i] = right[subset[i]];
            for (var l = 0; l < i; l++) x[i] -= lower[i, l] * x[l];
            x[i] /= lower[i, i];
        }
        for (var i = size - 1; i >= 0; i--)
        {
            for (var l = i + 1; l < size; l++) x[i] -= lower[l, i] * x[l];
            x[i] /= lower[i, i];
        }
        return x;
    }
}
