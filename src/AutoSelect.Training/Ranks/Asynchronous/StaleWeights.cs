using AutoSelect.Training.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Training.Ranks.Asynchronous;

/// <summary>Weights that rounds of asynchronous training update, and where they will be some updates ahead.</summary>
/// <remarks>
/// W weights, v = W - W' their last displacement (0 at the start), v' the one before, all [n]; s updates ahead
/// <code>
/// Ŵ = W + v μ(1-μˢ)/(1-μ)                        (the next displacements are μv, μ²v, … when no gradient comes)
/// </code>
/// with μ the momentum, or μ̂ = ⟨v,v'⟩/⟨v',v'⟩ held in [0, 1]. The prediction by momentum: Hakimi et al., arXiv 1907.11612.
/// </remarks>
internal abstract class StaleWeights : IDisposable
{
    private readonly StalenessRepair repair;
    private readonly double momentum;
    private readonly Tensor? previous;

    /// <param name="weights">[n]; copied.</param>
    /// <param name="repair">Where gradients are computed.</param>
    /// <param name="momentum">μ, for the repair by it.</param>
    /// <param name="keepsDisplacement">Whether v is needed besides for the repair.</param>
    protected StaleWeights(Tensor weights, StalenessRepair repair, double momentum, bool keepsDisplacement)
    {
        (this.repair, this.momentum) = (repair, momentum);
        using var off = no_grad();
        Weights = weights.clone().DetachFromDisposeScope();
        if (keepsDisplacement || repair != StalenessRepair.None) Displacement = zeros_like(Weights).DetachFromDisposeScope();
        if (repair == StalenessRepair.LeastSquares) previous = zeros_like(Weights).DetachFromDisposeScope();
    }

    /// <summary>W [n].</summary>
    public Tensor Weights { get; }

    /// <summary>Updates so far.</summary>
    public long Updates { get; private set; }

    /// <summary>v [n]; null where nobody asks for it.</summary>
    protected Tensor? Displacement { get; }

    /// <summary>One update, under no_grad.</summary>
    /// <param name="gradient">Mean gradient [n]; may be overwritten.</param>
    /// <param name="gradients">Of how many gradients it is the mean.</param>
    public void Apply(Tensor gradient, int gradients)
    {
        using var scope = NewDisposeScope();
        previous?.copy_(Displacement!);
        Update(gradient, gradients);
        Updates++;
    }

    /// <summary>Writes Ŵ, or W without repair, under no_grad.</summary>
    /// <param name="updates">s, at least 0; need not be whole.</param>
    public void Predict(double updates, Tensor into)
    {
        into.copy_(Weights);
        if (repair != StalenessRepair.None && updates > 0) into.add_(Displacement!, CarriedOn(Ratio(), updates));
    }

    /// <summary>Adds displacements and counts.</summary>
    public virtual void Save(StateDictionary state)
    {
        if (Displacement is not null) state.Set("displacement", Displacement);
        if (previous is not null) state.Set("previous", previous);
        state.SetScalar("updates", Updates);
    }

    /// <summary>Restores what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The state lacks an entry or has one of another shape.</exception>
    public virtual void Load(StateDictionary state)
    {
        if (Displacement is not null) state.CopyTo("displacement", Displacement);
        if (previous is not null) state.CopyTo("previous", previous);
        Updates = (long)state.GetScalar("updates");
    }

    public virtual void Dispose()
    {
        Weights.Dispose();
        Displacement?.Dispose();
        previous?.Dispose();
    }

    /// <summary>Moves <see cref="Weights"/>, and <see cref="Displacement"/> to how far they moved.</summary>
    protected abstract void Update(Tensor gradient, int gradients);

    private double Ratio()
    {
        if (repair == StalenessRepair.Momentum) return momentum;
        using var scope = NewDisposeScope();
        var square = previous!.dot(previous).ToDouble();
        return square > 0 ? Math.Clamp(Displacement!.dot(previous).ToDouble() / square, 0, 1) : 0;
    }

    /// <summary>μ + μ² + … + μˢ.</summary>
    private static double CarriedOn(double ratio, double updates) =>
        ratio < 1 ? ratio * (1 - Math.Pow(ratio, updates)) / (1 - ratio) : updates;
}
