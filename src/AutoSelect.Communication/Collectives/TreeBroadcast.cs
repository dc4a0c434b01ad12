namespace AutoSelect.Communication;

/// <summary>
/// Broadcast: along a binomial tree when small (log₂ p steps), else down a chain that passes on what comes while it comes.
/// </summary>
internal static class TreeBroadcast
{
    private const int LargestTreeBytes = 1 << 16;

    public static void Run(Exchange exchange, int rank, int ranks, int root, Span<byte> values)
    {
        // Numbers count from the root.
        var number = (rank - root + ranks) % ranks;
        if (values.Length <= LargestTreeBytes || ranks == 2) Tree(exchange, number, ranks, root, values);
        else if (number == 0) exchange.Send((rank + 1) % ranks, values);
        else if (number == ranks - 1) exchange.Receive((rank - 1 + ranks) % ranks, values);
        else exchange.Relay((rank - 1 + ranks) % ranks, (rank + 1) % ranks, values);
    }

    private static void Tree(Exchange exchange, int number, int ranks, int root, Span<byte> values)
    {
        // The parent clears the lowest set bit; children set a bit below it.
        var low = number == 0 ? (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)ranks) : number & -number;
        if (number != 0) exchange.Receive((number - low + root) % ranks, values);
        for (var bit = low / 2; bit > 0; bit /= 2)
            if (number + bit < ranks)
                exchange.Send((number + bit + root) % ranks, values);
    }
}
