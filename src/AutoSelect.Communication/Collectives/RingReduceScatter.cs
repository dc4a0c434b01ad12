namespace AutoSelect.Communication;

/// <summary>Reduce-scatter with parts of any size along one ring: p-1 steps.</summary>
internal static class RingReduceScatter
{
    public static void Run(Exchange exchange, int rank, ReadOnlySpan<int> counts, Span<float> values)
    {
        var p = counts.Length;
        for (var step = 0; step < p - 1; step++)
            exchange.SendReceiveAdd(
                (rank + 1) % p, Partition.PartOf(values, counts, (rank - 1 - step + p) % p),
                (rank - 1 + p) % p, Partition.PartOf(values, counts, (rank - 2 - step + 2 * p) % p));
    }
}
