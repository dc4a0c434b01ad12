using AutoSelect.Training.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>
/// How much the factors have changed since the inversion before: ‖F - F'‖/‖F'‖ (Frobenius), averaged over all factors of all blocks.
/// Keeps a copy of the factors. With ranks each measures its own blocks, and all come to the same mean.
/// </summary>
internal sealed class FactorChange : IDisposable
{
    private readonly IReadOnlyList<LayerBlock> blocks;
    private readonly DistributedBlocks? distribution;
    private readonly Dictionary<LayerBlock, Tensor[]> before;

    public FactorChange(IReadOnlyList<LayerBlock> blocks, DistributedBlocks? distribution = null)
    {
        (this.blocks, this.distribution) = (blocks, distribution);
        before = blocks.ToDictionary(
            block => block, block => block.Factors.Select(factor => zeros_like(factor).DetachFromDisposeScope()).ToArray());
    }

    private Tensor[] All => [.. blocks.SelectMany(block => before[block])];

    /// <summary>The change; infinite before there was anything. Remembers the factors as they are now. Waits for the device.</summary>
    public double Measure()
    {
        using var scope = NewDisposeScope();
        var own = distribution?.Owned ?? blocks;
        var pairs = own.SelectMany(block => block.Factors.Zip(before[block])).ToArray();
        var sum = pairs.Length == 0 ? 0
            : stack(pairs.Select(pair => (pair.First - pair.Second).norm() / pair.Second.norm())).sum().ToDouble();
        foreach (var (now, then) in pairs) then.copy_(now);
        return (distribution?.Sum(sum) ?? sum) / blocks.Sum(block => block.Factors.Count);
    }

    /// <summary>Makes what is remembered of all blocks known to all ranks.</summary>
    public void Gather() => distribution?.Gather(block => before[block]);

    public void Save(StateDictionary state)
    {
        foreach (var (i, tensor) in All.Index()) state.Set($"{i}", tensor);
    }

    public void Load(StateDictionary state)
    {
        foreach (var (i, tensor) in All.Index()) state.CopyTo($"{i}", tensor);
    }

    public void Dispose()
    {
        foreach (var tensor in All) tensor.Dispose();
    }
}
