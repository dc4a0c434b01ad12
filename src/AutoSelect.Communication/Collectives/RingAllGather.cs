namespace AutoSelect.Communication;

/// <summary>All-gather with parts of any size: small ones straight to everybody, others along one ring in p-1 steps.</summary>
internal static class RingAllGather
{
    public static void Run(Exchange exchange, int rank, ReadOnlySpan<int> counts, Span<byte> values)
    {
        var p = counts.Length;
        var largest = 0;
        foreach (var count in counts) largest = Math.Max(largest, count);
        if (largest <= exchange.Capacity)
        {
            for (var step = 1; step < p; step++) exchange.Send((rank + step) % p, Partition.PartOf(values, counts, rank));
            for (var step = 1; step < p; step++) exchange.Receive((rank + step) % p, Partition.PartOf(values, counts, (rank + step) % p));
            return;
        }
        for (var step = 0; step < p - 1; step++)
            exchange.SendReceive(
                (rank + 1) % p, Partition.PartOf(values, counts, (rank - step + p) % p),
                (rank - 1 + p) % p, Partition.PartOf(values, counts, (rank - 1 - step + p) % p));
    }
}
