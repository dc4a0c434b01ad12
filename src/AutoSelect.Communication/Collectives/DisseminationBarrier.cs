namespace AutoSelect.Communication;

/// <summary>Barrier in ⌈log₂ p⌉ rounds: in each a rank tells the one 2ᵏ further and hears from the one 2ᵏ before.</summary>
/// <remarks>Hensgen, Finkel and Manber, Two Algorithms for Barrier Synchronization, 1988.</remarks>
internal static class DisseminationBarrier
{
    public static void Run(Exchange exchange, int rank, int ranks)
    {
        Span<byte> signal = stackalloc byte[1];
        for (var distance = 1; distance < ranks; distance *= 2)
            exchange.SendReceive((rank + distance) % ranks, signal, (rank - distance + ranks) % ranks, signal);
    }
}
