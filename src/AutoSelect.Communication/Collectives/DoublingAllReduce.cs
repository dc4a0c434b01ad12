namespace AutoSelect.Communication;

/// <summary>
/// Recursive doubling: in step k a rank swaps all it has with the one whose number differs in bit k; log₂ p steps, for small messages.
/// </summary>
/// <remarks>
/// Both of a pair add the same two numbers, so all ranks end with the same bits. Other numbers of ranks are folded first.
/// </remarks>
internal static class DoublingAllReduce
{
    public static void Run(Exchange exchange, int rank, int ranks, Span<float> values)
    {
        var fold = Fold.ForRanks(ranks);
        if (!fold.Enter(exchange, rank, values)) return;
        var number = fold.Number(rank);
        for (var bit = 1; bit < 1 << int.Log2(ranks); bit *= 2) exchange.Swap(fold.Rank(number ^ bit), values);
        fold.Leave(exchange, rank, values);
    }
}
