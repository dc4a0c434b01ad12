namespace AutoSelect.Performance;

/// <summary>
/// A time that is linear in non-negative parameters, T = xᵀθ, fitted so that *relative* errors are least:
/// <code>
/// θ = argmin_{θ≥0} Σᵢ ((xᵢᵀθ - Tᵢ)/Tᵢ)²,   s² = Σ.../(m - k)
/// sd[log T(x)] ≈ s √(1 + zᵀ(ZᵀZ)⁻¹z),   z = x/T(x), Z the rows xᵢ/Tᵢ, both on the k parameters above 0
/// </code>
/// A plain least-squares fit would let the largest messages decide everything. Measurements far off the others (a processor that was taken
/// away) get Huber's weights min(1, 1.345 s'/|error|), s' from the median, in a few rounds.
/// </summary>
internal sealed class RelativeFit
{
    /// <summary>No clock of a shared machine repeats itself better than this.</summary>
    private const double LeastLogStandardDeviation = 0.02;

    /// <summary>Deviations from which Huber's weights fall; 95 % as efficient as least squares where errors are normal.</summary>
    private const double HuberLimit = 1.345;

    private const double MedianToDeviation = 1.4826;
    private const int Reweightings = 8;

    private readonly double[,] gram;
    private readonly double[] scale;
    private readonly int[] active;

    private readonly double spread;

    private RelativeFit(double[] parameters, double[,] gram, double[] scale, double squares, double spread, int freedom)
    {
        (Parameters, this.gram, this.scale, Squares, this.spread, Freedom) = (parameters, gram, scale, squares, spread, freedom);
        active = [.. Enumerable.Range(0, parameters.Length).Where(j => parameters[j] > 0)];
    }

    /// <summary>θ [k].</summary>
    public double[] Parameters { get; }

    /// <summary>Σ of squared relative errors, weighted.</summary>
    public double Squares { get; }

    /// <summary>m - k, at least 1.</summary>
    public int Freedom { get; }

    /// <summary>Standard deviation of weighted relative errors, at least that of a quiet clock: what fits are compared by.</summary>
    public double Residual => Math.Max(LeastLogStandardDeviation, Math.Sqrt(Squares / Freedom));

    /// <param name="rows">xᵢ [m, k].</param>
    /// <param name="seconds">Tᵢ [m], positive.</param>
    public static RelativeFit FitRows(IReadOnlyList<double[]> rows, IReadOnlyList<double> seconds)
    {
        if (rows.Count == 0) throw new ArgumentException("A fit needs at least one measurement", nameof(rows));
        var relative = rows.Select((r, i) => r.Select(x => x / seconds[i]).ToArray()).ToArray();
        var roots = relative.Select(_ => 1.0).ToArray();
        for (var iteration = 0; ; iteration++)
        {
            var weighted = relative.Select((r, i) => r.Select(x => x * roots[i]).ToArray()).ToArray();
            var parameters = NonNegativeLeastSquares.Solve(weighted, roots);
            var errors = relative.Select(r => Math.Abs(Dot(r, parameters) - 1)).ToArray();
            if (iteration < Reweightings)
            {
                var limit = HuberLimit * Math.Max(
                    LeastLogStandardDeviation, MedianToDeviation * errors.Order().ElementAt(errors.Length / 2));
                roots = [.. errors.Select(e => e > limit ? Math.Sqrt(limit / e) : 1)];
                continue;
            }
            var scale = Enumerable.Range(0, parameters.Length).Select(j => Math.Sqrt(weighted.Sum(r => r[j] * r[j]))).ToArray();
            var squares = errors.Select((e, i) => e * e * roots[i] * roots[i]).Sum();
            var freedom = Math.Max(1, rows.Count - parameters.Count(p => p > 0));
            // What was off the others may be again: it counts in full for the intervals.
            var spread = Math.Max(LeastLogStandardDeviation, Math.Sqrt(errors.Sum(e => e * e) / freedom));
            return new RelativeFit(parameters, SymmetricSystem.Gram(weighted, scale), scale, squares, spread, freedom);
        }
    }

    /// <summary>xᵀθ.</summary>
    public double Seconds(double[] row) => Dot(row, Parameters);

    /// <summary>Standard deviation of the logarithm at x: that of a measurement, and that of the parameters.</summary>
    public double LogStandardDeviation(double[] row)
    {
        var seconds = Seconds(row);
        if (!(seconds > 0)) return spread;
        var z = row.Select((x, j) => scale[j] > 0 ? x / (seconds * scale[j]) : 0).ToArray();
        var solved = SymmetricSystem.Solve(gram, z, active);
        return solved is null ? spread : spread * Math.Sqrt(1 + active.Select((j, i) => z[j] * solved[i]).Sum());
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
