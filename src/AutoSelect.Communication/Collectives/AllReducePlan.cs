namespace AutoSelect.Communication;

/// <summary>How an all-reduce is done. All ranks give the same plan; the sum may differ between plans in its last bits.</summary>
public sealed record AllReducePlan
{
    // Above this the data of all ranks that each rank reads outweighs the steps saved.
    private const long LargestDirectBytes = 1 << 14;
    private const int MostDirectRanks = 16;

    private AllReducePlan(AllReduceAlgorithm algorithm, Hierarchy? hierarchy = null) => (Algorithm, Hierarchy) = (algorithm, hierarchy);

    public AllReduceAlgorithm Algorithm { get; }

    /// <summary>Rings of the hierarchical algorithm; null for the others.</summary>
    public Hierarchy? Hierarchy { get; }

    /// <summary>Every rank gives every other all it has: one step, for small messages; for 2 ranks good at any size.</summary>
    public static AllReducePlan Direct { get; } = new(AllReduceAlgorithm.Direct);

    /// <summary>Recursive halving and doubling for any number of ranks: 2 log₂ p steps.</summary>
    public static AllReducePlan HalvingDoubling { get; } = new(AllReduceAlgorithm.HalvingDoubling);

    /// <summary>Rings on rings.</summary>
    public static AllReducePlan Hierarchical(Hierarchy hierarchy) => new(AllReduceAlgorithm.Hierarchical, hierarchy);

    /// <summary>A plain ring: 2 (p-1) steps.</summary>
    public static AllReducePlan Ring(int ranks) => Hierarchical(Hierarchy.Ring(ranks));

    public override string ToString() => Hierarchy is null ? Algorithm.ToString() : $"{Algorithm} {Hierarchy}";

    /// <summary>The choice made without a cost model: direct for small messages and for 2 ranks, else recursive halving and doubling.</summary>
    internal static AllReducePlan Default(int ranks, long bytes) => ranks == 2 || (bytes <= LargestDirectBytes && ranks <= MostDirectRanks) ? Direct : HalvingDoubling;
}

/// <summary>Algorithms of <see cref="AllReducePlan"/>.</summary>
public enum AllReduceAlgorithm
{
    Direct,
    HalvingDoubling,
    Hierarchical,
}
