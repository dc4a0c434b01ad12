namespace AutoSelect.Performance;

/// <summary>The lower factor of a symmetric positive definite matrix, with which any number of systems are solved.</summary>
internal sealed class CholeskyFactor
{
    private const double LeastPivot = 1e-10;

    private readonly double[,] lower;

    private CholeskyFactor(double[,] lower) => this.lower = lower;

    /// <summary>The factor of M[S,S]; null where that is singular to rounding. The diagonal is about one.</summary>
    public static CholeskyFactor? Find(double[,] matrix, IReadOnlyList<int> subset)
    {
        var size = subset.Count;
        var lower = new double[size, size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                var sum = matrix[subset[i], subset[j]];
                for (var l = 0; l < j; l++) sum -= lower[i, l] * lower[j, l];
                if (i == j && sum < LeastPivot) return null;
                lower[i, j] = i == j ? Math.Sqrt(sum) : sum / lower[j, j];
            }
        }
        return new CholeskyFactor(lower);
    }

    /// <summary>x with M[S,S] x = y.</summary>
    /// <param name="right">y, one for each of S.</param>
    public double[] Solve(ReadOnlySpan<double> right)
    {
        var x = right.ToArray();
        for (var i = 0; i < x.Length; i++)
        {
            for (var l = 0; l < i; l++) x[i] -= lower[i, l] * x[l];
            x[i] /= lower[i, i];
        }
        for (var i = x.Length - 1; i >= 0; i--)
        {
            for (var l = i + 1; l < x.Length; l++) x[i] -= lower[l, i] * x[l];
            x[i] /= lower[i, i];
        }
        return x;
    }
}
