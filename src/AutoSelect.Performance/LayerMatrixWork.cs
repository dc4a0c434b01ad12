using AutoSelect.Contracts;

namespace AutoSelect.Performance;

/// <summary>Multiply-adds of a step that a strategy spends on layers' matrices beside the passes, averaged over its intervals.</summary>
/// <remarks>
/// W a layer's matrix [m, n] with its bias as a column, f multiply-adds of a forward pass of one example through it, so that it is applied
/// at f/mn positions of an example; work is done every i steps:
/// <code>
/// fixed       = Σ times/i (m²n + mn²), times/i (m³ + n³), times/i (2k²l + k³)
/// per example = Σ times/i f/mn (m² + n²), times/i f
/// </code>
/// summed over layers. For K-FAC on the perceptron 784-512-256-10 the products of every step alone are 4.6 forward passes of 256 examples.
/// </remarks>
/// <param name="Fixed">Whatever the batch.</param>
/// <param name="PerExample">For each example of the batch.</param>
public readonly record struct LayerMatrixWork(double Fixed, double PerExample)
{
    /// <summary>A vector of scales and shifts is no matrix.</summary>
    private const int LeastColumns = 3;

    internal static LayerMatrixWork ForCandidate(Candidate candidate, StrategyDescription strategy, WorkloadDescription workload)
    {
        var (atAll, perExample) = (0.0, 0.0);
        LayerSize[] layers = workload.Layers.IsDefault ? []
            : [.. workload.Layers.Where(l => l.Rows > 1 && l.Parameters / l.Rows >= LeastColumns)];
        foreach (var work in strategy.Capabilities.MatrixWork)
        {
            double? Value(string? name) => name is null ? null : candidate.Hyperparameters.TryGetValue(name, out var given) ? given
                : strategy.Hyperparameters.FirstOrDefault(h => h.Name == name)?.Default;
            var times = work.Times / Math.Max(1, Value(work.Interval) ?? 1);
            var longest = Value(work.LongestSide) ?? double.PositiveInfinity;
            foreach (var layer in work.InnerLayers && layers.Length > 2 ? layers[1..^1] : layers)
            {
                var (m, n) = ((double)layer.Rows, (double)layer.Parameters / layer.Rows);
                // The bias is no part of a side that has a limit.
                var (hasRows, hasColumns) = (m <= longest ? 1 : 0, n - 1 <= longest ? 1 : 0);
                var (k, l) = (Math.Min(m, n), Math.Max(m, n));
                atAll += times * work.Kind switch
                {
                    MatrixWorkKind.Products => hasRows * m * m * n + hasColumns * m * n * n,
                    MatrixWorkKind.Decompositions => hasRows * m * m * m + hasColumns * n * n * n,
                    MatrixWorkKind.Iterations => 2 * k * k * l + k * k * k,
                    _ => 0,
                };
                if (layer.MultiplyAdds is not { } forward) continue;
                var ofOne = times * work.Kind switch
                {
                    MatrixWorkKind.Moments => forward / (m * n) * (hasRows * m * m + hasColumns * n * n),
                    MatrixWorkKind.ForwardPasses => forward,
                    _ => 0,
                };
                if (Value(work.Examples) is > 0 and var most && most < candidate.BatchSize) atAll += most * ofOne;
                else perExample += ofOne;
            }
        }
        return new(atAll, perExample);
    }
}
