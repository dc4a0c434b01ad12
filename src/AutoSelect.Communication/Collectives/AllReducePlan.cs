namespace AutoSelect.Communication;

/// <summary>How an all-reduce is done. All ranks give the same plan; the sum may differ between plans in its last bits.</summary>
public sealed record AllReducePlan
{
    // Measured with 4 ranks: up to here the steps saved outweigh the data sent more.
    private const long LargestDoublingBytes = 1 << 16;
    private const int LocalBlockBytes = 1 << 20, LoopbackBlockBytes = 1 << 19;

    private AllReducePlan(AllReduceAlgorithm algorithm, Hierarchy? hierarchy = null) => (Algorithm, Hierarchy) = (algorithm, hierarchy);

    public AllReduceAlgorithm Algorithm { get; }

    /// <summary>Rings of the hierarchical algorithm; null for the others.</summary>
    public Hierarchy? Hierarchy { get; }

    /// <summary>
    /// The message is cut into blocks of so many bytes that go one after another, so that a block stays in the caches from its first step
    /// to its last; each block pays the latency of the steps anew. 0, the default, for none. Of use within a machine. A multiple of 4.
    /// </summary>
    public int BlockBytes
    {
        get;
        init => field = value >= 0 && value % sizeof(float) == 0 ? value
            : throw new ArgumentException($"Block bytes {value} are not a multiple of 4 from 0.");
    }

    /// <summary>Every rank gives every other all it has: one step, for small messages over links of high latency.</summary>
    public static AllReducePlan Direct { get; } = new(AllReduceAlgorithm.Direct);

    /// <summary>Recursive doubling: log₂ p steps, each with all values. For small messages; for 2 ranks good at any size.</summary>
    public static AllReducePlan Doubling { get; } = new(AllReduceAlgorithm.Doubling);

    /// <summary>Recursive halving and doubling for any number of ranks: 2 log₂ p steps.</summary>
    public static AllReducePlan HalvingDoubling { get; } = new(AllReduceAlgorithm.HalvingDoubling);

    private static readonly AllReducePlan localHalvingDoubling = HalvingDoubling with { BlockBytes = LocalBlockBytes };
    private static readonly AllReducePlan loopbackHalvingDoubling = HalvingDoubling with { BlockBytes = LoopbackBlockBytes };

    /// <summary>Rings on rings.</summary>
    public static AllReducePlan Hierarchical(Hierarchy hierarchy) => new(AllReduceAlgorithm.Hierarchical, hierarchy);

    /// <summary>A plain ring: 2 (p-1) steps.</summary>
    public static AllReducePlan Ring(int ranks) => Hierarchical(Hierarchy.Ring(ranks));

    public override string ToString() =>
        $"{Algorithm}{(Hierarchy is null ? "" : $" {Hierarchy}")}{(BlockBytes == 0 ? "" : $" in blocks of {BlockBytes} bytes")}";

    /// <summary>
    /// The choice made without a cost model: recursive doubling for small messages and for 2 ranks, else recursive halving and doubling, in
    /// blocks when all ranks are on one machine. Two ranks of one machine that talk over TCP halve too, in blocks that the kernel's copies
    /// leave in the caches.
    /// </summary>
    /// <param name="ranks">Number of ranks.</param>
    /// <param name="bytes">Of the message.</param>
    /// <param name="local">Whether all ranks are on one machine.</param>
    /// <param name="loopback">Whether they talk over TCP all the same.</param>
    public static AllReducePlan Default(int ranks, long bytes, bool local, bool loopback = false) =>
        bytes <= LargestDoublingBytes ? Doubling
        : ranks == 2 ? loopback ? loopbackHalvingDoubling : Doubling
        : local ? localHalvingDoubling : HalvingDoubling;
}

/// <summary>Algorithms of <see cref="AllReducePlan"/>.</summary>
public enum AllReduceAlgorithm
{
    Direct,
    Doubling,
    HalvingDoubling,
    Hierarchical,
}
