namespace AutoSelect.Communication;

/// <summary>Recursive halving and doubling for any number of ranks: a hierarchy of twos, after folding down to a power of two.</summary>
/// <remarks>Rabenseifner, Optimization of Collective Reduction Operations, ICCS 2004.</remarks>
internal static class HalvingDoublingAllReduce
{
    public static void Run(Exchange exchange, int rank, int ranks, Span<float> values)
    {
        var fold = Fold.ForRanks(ranks);
        if (!fold.Enter(exchange, rank, values)) return;
        Span<int> twos = stackalloc int[int.Log2(ranks)];
        twos.Fill(2);
        HierarchicalAllReduce.Run(exchange, twos, fold, fold.Number(rank), values);
        fold.Leave(exchange, rank, values);
    }
}
