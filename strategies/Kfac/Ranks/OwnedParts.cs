using AutoSelect.Training.Ranks;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>
/// A flat fp32 tensor with a part for each of several items, the parts of one owner together, so that it can be scattered to the owners and
/// gathered from them.
/// </summary>
internal sealed class OwnedParts : IDisposable
{
    private readonly TrainingRanks ranks;
    private readonly Tensor values;
    private readonly Tensor[] parts;
    private readonly int[] counts;

    /// <param name="owners">The rank of each item.</param>
    /// <param name="sizes">Values of each item's part.</param>
    public OwnedParts(TrainingRanks ranks, IReadOnlyList<int> owners, IReadOnlyList<long> sizes, Device device)
    {
        this.ranks = ranks;
        counts = [.. Enumerable.Range(0, ranks.Size).Select(rank => checked((int)sizes.Where((_, item) => owners[item] == rank).Sum()))];
        using var scope = NewDisposeScope();
        values = zeros(counts.Sum(count => (long)count), float32, device).DetachFromDisposeScope();
        parts = new Tensor[sizes.Count];
        var offset = 0L;
        foreach (var item in Enumerable.Range(0, sizes.Count).OrderBy(item => owners[item]))
        {
            parts[item] = values.narrow(0, offset, sizes[item]).DetachFromDisposeScope();
            offset += sizes[item];
        }
    }

    /// <summary>Values of all parts.</summary>
    public long Length => values.numel();

    /// <summary>An item's part, a view.</summary>
    public Tensor this[int item] => parts[item];

    /// <summary>Sums over ranks; each rank has the sums of its own items, and the other parts are undefined.</summary>
    public void ReduceScatter() => ranks.ReduceScatter(values, counts);

    /// <summary>All ranks get every owner's parts.</summary>
    public void Gather() => ranks.AllGather(values, counts);

    public void Dispose()
    {
        foreach (var part in parts) part.Dispose();
        values.Dispose();
    }
}
