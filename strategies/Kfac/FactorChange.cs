using AutoSelect.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>
/// How much the factors have changed since the inversion before: ‖F - F'‖/‖F'‖ (Frobenius), averaged over all factors of all blocks.
/// Keeps a copy of the factors.
/// </summary>
internal sealed class FactorChange : IDisposable
{
    private readonly Tensor[] factors, before;

    public FactorChange(IEnumerable<LayerBlock> blocks)
    {
        factors = [.. blocks.SelectMany(block => block.Factors)];
        before = [.. factors.Select(factor => zeros_like(factor).DetachFromDisposeScope())];
    }

    /// <summary>The change; infinite before there was anything. Remembers the factors as they are now. Waits for the device.</summary>
    public double Measure()
    {
        using var scope = NewDisposeScope();
        var changes = factors.Zip(before, (now, then) => (now - then).norm() / then.norm());
        var mean = stack(changes).mean().ToDouble();
        foreach (var (now, then) in factors.Zip(before)) then.copy_(now);
        return mean;
    }

    public void Save(StateDictionary state)
    {
        for (var i = 0; i < before.Length; i++) state.Set($"{i}", before[i]);
    }

    public void Load(StateDictionary state)
    {
        for (var i = 0; i < before.Length; i++) state.CopyTo($"{i}", before[i]);
    }

    public void Dispose()
    {
        foreach (var tensor in before) tensor.Dispose();
    }
}
