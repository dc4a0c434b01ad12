using AutoSelect.Training.Checkpoints;
using static TorchSharp.torch;

namespace AutoSelect.Training.Ranks.Asynchronous;

/// <summary>Weights under SGD with momentum.</summary>
/// <remarks>
/// W weights, v displacement (starts at 0), g mean gradient, λ weight decay, all [n]:
/// <code>
/// v ← μv - η(g + λW),  W ← W + v
/// </code>
/// Polyak 1964.
/// </remarks>
/// <param name="weights">[n]; copied.</param>
/// <param name="decayed">How many of them, the first ones, take weight decay.</param>
internal sealed class MomentumWeights(StaleSgdSettings settings, Tensor weights, long decayed)
    : StaleWeights(weights, settings.Repair, settings.Momentum, keepsDisplacement: true)
{
    public override void Save(StateDictionary state)
    {
        base.Save(state);
        state.Set("weights", Weights);
    }

    public override void Load(StateDictionary state)
    {
        base.Load(state);
        state.CopyTo("weights", Weights);
    }

    protected override void Update(Tensor gradient, int gradients)
    {
        if (settings.WeightDecay > 0) gradient.narrow(0, 0, decayed).add_(Weights.narrow(0, 0, decayed), settings.WeightDecay);
        Displacement!.mul_(settings.Momentum).add_(gradient, -settings.LearningRate(Updates));
        Weights.add_(Displacement);
    }
}
