using AutoSelect.Training.Ranks;
using AutoSelect.Training.Strategies;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>The blocks of K-FAC split over the ranks that train together: each keeps the factors of some blocks and inverts them.</summary>
/// <remarks>
/// A update of the factors sends upper triangles of the own examples' factors to the owners, which average them (reduce-scatter: half of an
/// all-reduce). Once inverted, either the inverses' triangles go to all ranks, S values an inversion, or the preconditioned gradients do,
/// P values a step; with an inversion every k steps the inverses are sent when S ≤ kP. S is never below P, so they are not in the burn-in.
/// Both give the same bits on all ranks. Between inversions only owners have current factors. After Osawa et al., arXiv 1811.12019,
/// and Pauloski et al., arXiv 2007.00784.
/// </remarks>
internal sealed class DistributedBlocks : IDisposable
{
    private readonly TrainingRanks ranks;
    private readonly int[] owners;
    private readonly Tensor[][] directions;
    private readonly Dictionary<long, TrianglePacking> packings = [];
    private readonly OwnedParts statistics, inverses, preconditioned;
    private bool isEverywhere = true;
    private long ownFailures;

    /// <param name="directions">Views of the direction, one for each parameter of each block; owned.</param>
    public DistributedBlocks(TrainingRanks ranks, IReadOnlyList<LayerBlock> blocks, Tensor[][] directions)
    {
        (this.ranks, Blocks, this.directions) = (ranks, blocks, directions);
        owners = BlockOwners.ShareOut([.. blocks.Select(block => block.InversionCost)], ranks.Size);
        Owned = [.. blocks.Where((_, i) => owners[i] == ranks.Rank)];
        foreach (var size in blocks.Where(block => block.IsSymmetric).SelectMany(block => block.Factors)
            .Select(factor => factor.shape[0]).Distinct())
            packings[size] = new(size, blocks[0].Factors[0].device);
        statistics = Parts(block => Length(block, block.Factors) + 1); // and the number of examples
        inverses = PartsAndFailures(block => Length(block, block.Inverses));
        preconditioned = PartsAndFailures(block => block.Parameters.Sum(parameter => parameter.numel()));
    }

    public IReadOnlyList<LayerBlock> Blocks { get; }

    /// <summary>The blocks of this rank; may be none.</summary>
    public IReadOnlyList<LayerBlock> Owned { get; }

    /// <summary>Inversions of all ranks that kept old inverses, as far as the ranks have told each other.</summary>
    public long Failures { get; set; }

    /// <summary>Which part of the batch this rank has.</summary>
    /// <param name="examples">Of this rank, and of each other.</param>
    public RankShare Share(long examples) => new(ranks.Rank, ranks.Size, examples);

    /// <summary>Averages the whole batch's factors into the running ones of the owners, under no_grad.</summary>
    /// <exception cref="UnsupportedModelException">As for <see cref="LayerBlock.UpdateFactors"/>.</exception>
    public void UpdateFactors(RankShare share, double average, int samples)
    {
        Verify();
        for (var i = 0; i < Blocks.Count; i++)
        {
            using var scope = NewDisposeScope();
            Collect(Blocks[i], statistics[i], share, samples);
        }
        statistics.ReduceScatter();
        for (var i = 0; i < Blocks.Count; i++)
        {
            if (owners[i] != ranks.Rank) continue;
            using var scope = NewDisposeScope();
            var examples = statistics[i][-1].ToDouble();
            if (examples == 0) continue; // skipped on all ranks
            Tensor[] sums = [.. Blocks[i].Factors.Select(factor => empty_like(factor))];
            Unpack(Blocks[i], statistics[i], sums);
            Blocks[i].Average([.. sums.Select(sum => new Statistic(sum, 1 / examples))], average);
        }
    }

    /// <summary>Makes new inverses of the owners known, or decides that the preconditioned gradients will be.</summary>
    /// <param name="failures">Own blocks that kept their old inverses.</param>
    /// <param name="steps">Steps k for which the inverses will be used.</param>
    public void Spread(long failures, long steps)
    {
        ownFailures += failures;
        isEverywhere = inverses.Length <= steps * preconditioned.Length;
        if (!isEverywhere) return;
        for (var i = 0; i < Blocks.Count; i++)
            if (owners[i] == ranks.Rank) Pack(Blocks[i], Blocks[i].Inverses, inverses[i]);
        GatherWithFailures(inverses);
        for (var i = 0; i < Blocks.Count; i++)
            if (owners[i] != ranks.Rank) Unpack(Blocks[i], inverses[i], Blocks[i].Inverses);
    }

    /// <summary>Tells that every rank has every block's inverses.</summary>
    public void AreEverywhere() => isEverywhere = true;

    /// <summary>Writes all blocks' preconditioned gradients into the direction, under no_grad.</summary>
    public void Precondition()
    {
        foreach (var block in isEverywhere ? Blocks : Owned) block.Precondition();
        if (isEverywhere) return;
        for (var i = 0; i < Blocks.Count; i++)
            if (owners[i] == ranks.Rank) ForEachDirection(i, (part, direction) => part.copy_(direction));
        GatherWithFailures(preconditioned);
        for (var i = 0; i < Blocks.Count; i++)
            if (owners[i] != ranks.Rank) ForEachDirection(i, (part, direction) => direction.copy_(part));
    }

    /// <summary>
    /// Copies what each owner has of a block to all ranks, in place: tensors of the shapes of factors or inverses, or others.
    /// </summary>
    /// <param name="tensors">A block's tensors, of the same shapes on all ranks; symmetric ones if the block says so.</param>
    public void Gather(Func<LayerBlock, IReadOnlyList<Tensor>> tensors)
    {
        Tensor[][] all = [.. Blocks.Select(block => tensors(block).ToArray())];
        using var parts = Parts([.. Blocks.Select((block, i) => Length(block, all[i]))]);
        for (var i = 0; i < all.Length; i++)
            if (owners[i] == ranks.Rank) Pack(Blocks[i], all[i], parts[i]);
        parts.Gather();
        for (var i = 0; i < all.Length; i++)
            if (owners[i] != ranks.Rank) Unpack(Blocks[i], parts[i], all[i]);
    }

    /// <summary>Makes all blocks' factors and inverses current on every rank, as a checkpoint needs them.</summary>
    public void GatherState()
    {
        using var scope = NewDisposeScope();
        var updates = Blocks.ToDictionary(block => block, block => tensor((float)block.Updates).reshape(1));
        Gather(block => [.. block.Factors, .. block.Inverses, updates[block]]);
        foreach (var block in Blocks) block.Updates = (long)updates[block].ToSingle();
        isEverywhere = true;
    }

    /// <summary>Sum over ranks of a number of fp32.</summary>
    public double Sum(double value)
    {
        using var sum = tensor((float)value).reshape(1);
        ranks.AllReduce(sum);
        return sum.ToSingle();
    }

    public void Dispose()
    {
        foreach (var packing in packings.Values) packing.Dispose();
        foreach (var view in directions.SelectMany(views => views)) view.Dispose();
        statistics.Dispose();
        inverses.Dispose();
        preconditioned.Dispose();
    }

    private void Collect(LayerBlock block, Tensor part, RankShare share, int samples)
    {
        if (!block.HasCapture())
        {
            part.zero_();
            return;
        }
        var used = share.Part(samples);
        var measured = block.Measure(used);
        var examples = used == 0 ? share.Own : Math.Min(used, share.Own);
        Pack(block, [.. measured.Select(statistic => statistic.Sum)], part);
        var at = 0L;
        foreach (var (sum, weight) in measured)
        {
            var length = Length(block, sum);
            part.narrow(0, at, length).mul_(weight * examples);
            at += length;
        }
        part[-1] = (float)examples;
        if (!Owned.Contains(block)) block.Updates++;
    }

    // Only the whole batch's gradient is there to compare with, so what the captures imply is averaged, once.
    private void Verify()
    {
        if (Blocks.All(block => block.Verified)) return;
        using var scope = NewDisposeScope();
        Tensor[] implied = [.. Blocks.Select(block => block.HasCapture() ? block.ImpliedGradient() : zeros_like(block.WeightGradient))];
        var flat = cat([.. implied.Select(gradient => gradient.reshape(-1))]);
        ranks.Average(flat);
        var at = 0L;
        foreach (var (block, gradient) in Blocks.Zip(implied))
        {
            var whole = flat.narrow(0, at, gradient.numel()).view(gradient.shape);
            at += gradient.numel();
            if (!block.Verified) block.Verify(whole);
        }
    }

    private void GatherWithFailures(OwnedParts parts)
    {
        parts[Blocks.Count + ranks.Rank].fill_(ownFailures);
        parts.Gather();
        for (var rank = 0; rank < ranks.Size; rank++) Failures += (long)parts[Blocks.Count + rank].ToSingle();
        ownFailures = 0;
    }

    private void ForEachDirection(int block, Action<Tensor, Tensor> copy)
    {
        using var scope = NewDisposeScope();
        var at = 0L;
        foreach (var direction in directions[block])
        {
            copy(preconditioned[block].narrow(0, at, direction.numel()), direction.view(-1));
            at += direction.numel();
        }
    }

    private OwnedParts Parts(Func<LayerBlock, long> size) => Parts([.. Blocks.Select(size)]);

    private OwnedParts Parts(IReadOnlyList<long> sizes) => new(ranks, owners, sizes, Blocks[0].Factors[0].device);

    private OwnedParts PartsAndFailures(Func<LayerBlock, long> size) =>
        new(ranks, [.. owners, .. Enumerable.Range(0, ranks.Size)], [.. Blocks.Select(size), .. Enumerable.Repeat(1L, ranks.Size)],
            Blocks[0].Factors[0].device);

    private static bool IsPacked(LayerBlock block, Tensor tensor) => block.IsSymmetric && tensor.dim() == 2;

    private static long Length(LayerBlock block, Tensor tensor) =>
        IsPacked(block, tensor) ? TrianglePacking.Length(tensor.shape[0]) : tensor.numel();

    private static long Length(LayerBlock block, IEnumerable<Tensor> tensors) => tensors.Sum(tensor => Length(block, tensor));

    private void Pack(LayerBlock block, IReadOnlyList<Tensor> tensors, Tensor part) => ForEachPacked(block, tensors, part,
        (tensor, packed) => packings[tensor.shape[0]].Pack(tensor, packed), (tensor, plain) => plain.copy_(tensor.reshape(-1)));

    private void Unpack(LayerBlock block, Tensor part, IReadOnlyList<Tensor> tensors) => ForEachPacked(block, tensors, part,
        (tensor, packed) => packings[tensor.shape[0]].Unpack(packed, tensor), (tensor, plain) => tensor.view(-1).copy_(plain));

    private static void ForEachPacked(
        LayerBlock block, IReadOnlyList<Tensor> tensors, Tensor part, Action<Tensor, Tensor> symmetric, Action<Tensor, Tensor> plain)
    {
        using var scope = NewDisposeScope();
        var at = 0L;
        foreach (var tensor in tensors)
        {
            var length = Length(block, tensor);
            (IsPacked(block, tensor) ? symmetric : plain)(tensor, part.narrow(0, at, length));
            at += length;
        }
    }
}
