namespace AutoSelect.Communication;

/// <summary>The general hierarchical ring.</summary>
/// <remarks>
/// n values, levels p₁ … p_k with p = ∏ pᵢ. Rank r's digit at level i is dᵢ = (r / ∏_{j&lt;i} pⱼ) mod pᵢ; the ranks that differ in dᵢ alone
/// form a ring. Level i reduce-scatters what the rank holds (n / ∏_{j&lt;i} pⱼ values) over its ring, goes on to the next level with the
/// dᵢ-th part, and all-gathers on the way back. The sum of each value is built up along one chain, so all ranks end with the same bits.
/// Time: Σᵢ 2(pᵢ-1)αᵢ + 2((pᵢ-1)/pᵢ)·n/∏_{j&lt;i}pⱼ·βᵢ. Rings: Patarasuk and Yuan 2009; all pᵢ = 2: Rabenseifner 2004.
/// </remarks>
internal static class HierarchicalAllReduce
{
    public static void Run(Exchange exchange, ReadOnlySpan<int> levels, int rank, Span<float> values) =>
        Run(exchange, levels, new Fold(0), rank, values);

    /// <param name="fold">Which rank stands for each of those that take part.</param>
    /// <param name="rank">Own number among those that take part.</param>
    public static void Run(Exchange exchange, ReadOnlySpan<int> levels, Fold fold, int rank, Span<float> values) =>
        Level(exchange, levels, fold, rank, stride: 1, values);

    private static void Level(Exchange exchange, ReadOnlySpan<int> levels, Fold fold, int rank, int stride, Span<float> values)
    {
        if (levels.Length == 0) return;
        var p = levels[0];
        var digit = rank / stride % p;
        var right = fold.Rank(rank + (Modulo(digit + 1, p) - digit) * stride);
        var left = fold.Rank(rank + (Modulo(digit - 1, p) - digit) * stride);
        for (var step = 0; step < p - 1; step++)
            exchange.SendReceiveAdd(right, Partition.PartOf(values, p, Modulo(digit - 1 - step, p)), left,
                Partition.PartOf(values, p, Modulo(digit - 2 - step, p)));
        Level(exchange, levels[1..], fold, rank, stride * p, Partition.PartOf(values, p, digit));
        for (var step = 0; step < p - 1; step++)
            exchange.SendReceive(right, Partition.PartOf(values, p, Modulo(digit - step, p)), left,
                Partition.PartOf(values, p, Modulo(digit - 1 - step, p)));
    }

    private static int Modulo(int value, int p) => ((value % p) + p) % p;
}
