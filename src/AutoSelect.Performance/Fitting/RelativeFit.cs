namespace AutoSelect.Performance;

/// <summary>
/// A time that is linear in non-negative parameters, T = xᵀθ, fitted so that *relative* errors are least:
/// <code>
/// θ = argmin_{θ≥0} Σᵢ ((xᵢᵀθ - Tᵢ)/Tᵢ)²,   s² = Σ.../(m - k)
/// sd[log T(x)] ≈ s √(1 + zᵀ(ZᵀZ)⁻¹z),   z = x/T(x), Z the rows xᵢ/Tᵢ, both on the k parameters above 0
/// </code>
/// A plain least-squares fit would let the largest messages decide everything.
/// </summary>
internal sealed class RelativeFit
{
    /// <summary>No clock of a shared machine repeats itself better than this.</summary>
    private const double LeastLogStandardDeviation = 0.02;

    private readonly double[,] gram;
    private readonly double[] scale;
    private readonly int[] active;

    private RelativeFit(double[] parameters, double[,] gram, double[] scale, double squares, int freedom)
    {
        (Parameters, this.gram, this.scale, Squares, Freedom) = (parameters, gram, scale, squares, freedom);
        active = [.. Enumerable.Range(0, parameters.Length).Where(j => parameters[j] > 0)];
    }

    /// <summary>θ [k].</summary>
    public double[] Parameters { get; }

    /// <summary>Σ of squared relative errors.</summary>
    public double Squares { get; }

    /// <summary>m - k, at least 1.</summary>
    public int Freedom { get; }

    /// <summary>s, the standard deviation of relative errors, with at least that of a quiet clock.</summary>
    public double Residual => Math.Max(LeastLogStandardDeviation, Math.Sqrt(Squares / Freedom));

    /// <param name="rows">xᵢ [m, k].</param>
    /// <param name="seconds">Tᵢ [m], positive.</param>
    public static RelativeFit Of(IReadOnlyList<double[]> rows, IReadOnlyList<double> seconds)
    {
        if (rows.Count == 0) throw new ArgumentException("A fit needs at least one measurement", nameof(rows));
        var relative = rows.Select((r, i) => r.Select(x => x / seconds[i]).ToArray()).ToArray();
        var parameters = NonNegativeLeastSquares.Solve(relative, [.. seconds.Select(_ => 1.0)]);
        var scale = Enumerable.Range(0, parameters.Length).Select(j => Math.Sqrt(relative.Sum(r => r[j] * r[j]))).ToArray();
        var squares = relative.Sum(r => Math.Pow(Dot(r, parameters) - 1, 2));
        return new RelativeFit(parameters, SymmetricSystem.Gram(relative, scale), scale, squares, Math.Max(1, rows.Count - parameters.Count(p => p > 0)));
    }

    /// <summary>xᵀθ.</summary>
    public double Seconds(double[] row) => Dot(row, Parameters);

    /// <summary>Standard deviation of the logarithm at x: that of a measurement, and that of the parameters.</summary>
    public double LogStandardDeviation(double[] row)
    {
        var seconds = Seconds(row);
        if (!(seconds > 0)) return Residual;
        var z = row.Select((x, j) => scale[j] > 0 ? x / (seconds * scale[j]) : 0).ToArray();
        var solved = SymmetricSystem.Solve(gram, z, active);
        return solved is null ? Residual : Residual * Math.Sqrt(1 + active.Select((j, i) => z[j] * solved[i]).Sum());
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
