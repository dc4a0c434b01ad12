using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Training;

/// <summary>Parameters under SGD with momentum, and where they will be some updates ahead.</summary>
/// <remarks>
/// W parameters, v displacement (starts at 0), v' the one before, g mean gradient, λ weight decay, all [n]; s updates ahead:
/// <code>
/// v' ← v,  v ← μv - η(g + λW),  W ← W + v
/// Ŵ = W + v μ(1-μˢ)/(1-μ)                        (the next displacements are μv, μ²v, … when no gradient comes)
/// </code>
/// Polyak 1964; the prediction by momentum: Hakimi et al., arXiv 1907.11612.
/// </remarks>
internal sealed class MomentumState : IDisposable
{
    private readonly StaleSgdSettings settings;
    private readonly long decayed;
    private readonly Tensor displacement, previous;

    /// <param name="weights">[n]; copied.</param>
    /// <param name="decayed">How many of them, the first ones, take weight decay.</param>
    public MomentumState(StaleSgdSettings settings, Tensor weights, long decayed)
    {
        settings.Validate();
        (this.settings, this.decayed) = (settings, decayed);
        using var off = no_grad();
        Weights = weights.clone().DetachFromDisposeScope();
        displacement = zeros_like(Weights).DetachFromDisposeScope();
        previous = zeros_like(Weights).DetachFromDisposeScope();
    }

    /// <summary>W [n].</summary>
    public Tensor Weights { get; }

    /// <summary>Updates so far.</summary>
    public long Updates { get; private set; }

    /// <summary>One update, under no_grad.</summary>
    /// <param name="gradient">Mean gradient [n]; weight decay is added to it.</param>
    public void Apply(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        if (settings.WeightDecay > 0) gradient.narrow(0, 0, decayed).add_(Weights.narrow(0, 0, decayed), settings.WeightDecay);
        if (settings.Repair == StalenessRepair.LeastSquares) previous.copy_(displacement);
        displacement.mul_(settings.Momentum).add_(gradient, -settings.LearningRate(Updates));
        Weights.add_(displacement);
        Updates++;
    }

    /// <summary>Writes Ŵ, or W without repair, under no_grad.</summary>
    /// <param name="updates">s, at least 0; need not be whole.</param>
    public void Predict(double updates, Tensor into)
    {
        into.copy_(Weights);
        if (settings.Repair != StalenessRepair.None && updates > 0) into.add_(displacement, CarriedOn(Ratio(), updates));
    }

    public void Save(StateDictionary state)
    {
        state.Set("weights", Weights);
        state.Set("displacement", displacement);
        state.Set("previous", previous);
        state.SetScalar("updates", Updates);
    }

    public void Load(StateDictionary state)
    {
        state.CopyTo("weights", Weights);
        state.CopyTo("displacement", displacement);
        state.CopyTo("previous", previous);
        Updates = (long)state.GetScalar("updates");
    }

    public void Dispose()
    {
        Weights.Dispose();
        displacement.Dispose();
        previous.Dispose();
    }

    private double Ratio()
    {
        if (settings.Repair == StalenessRepair.Momentum) return settings.Momentum;
        using var scope = NewDisposeScope();
        var square = previous.dot(previous).ToDouble();
        return square > 0 ? Math.Clamp(displacement.dot(previous).ToDouble() / square, 0, 1) : 0;
    }

    /// <summary>μ + μ² + … + μˢ.</summary>
    private static double CarriedOn(double ratio, double updates) => ratio < 1 ? ratio * (1 - Math.Pow(ratio, updates)) / (1 - ratio) : updates;
}
