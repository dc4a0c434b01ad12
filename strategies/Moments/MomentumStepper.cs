using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>
/// A stepper with a heavy ball: m ← μm + g with L2 weight decay in the gradient of matrices and kernels, as <see cref="Sgd"/> says.
/// </summary>
internal abstract class MomentumStepper : FlatGradientStepper
{
    private double weight;

    protected MomentumStepper(TrainingTask task) : base(task, FlatParameters.ByDecay(task.Model))
    {
        _ = task.Positive("learningRate");
        Momentum = task.BelowOne("momentum");
        WeightDecay = task.NonNegative("weightDecay");
        Velocity = Flat.NewState();
    }

    /// <summary>μ.</summary>
    protected double Momentum { get; }

    protected double WeightDecay { get; }

    /// <summary>m, [n].</summary>
    protected Tensor Velocity { get; }

    protected override void Advance() => weight = (Momentum * weight) + 1;

    /// <summary>Adds weight decay to a part's gradient, and the gradient to its momentum.</summary>
    /// <returns>Both, views [m].</returns>
    protected (Tensor Gradients, Tensor Momentum) AddGradients(FlatPart part)
    {
        var (gradients, momentum) = (part.Gradients, part.SliceOf(Velocity));
        if (WeightDecay > 0 && part.Group == 0) gradients.add_(part.Values, WeightDecay);
        return (gradients, momentum.mul_(Momentum).add_(gradients));
    }

    protected override void SaveCore(StateDictionary state)
    {
        state.Set("momentum", Velocity);
        state.SetScalar("momentumWeight", weight);
    }

    protected override void LoadCore(StateDictionary state)
    {
        state.CopyTo("momentum", Velocity);
        weight = state.GetScalar("momentumWeight");
    }

    protected override void ContinueCore(StateDictionary? state)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        if (GradientAverage.FromState(state) is not { } average) return;
        weight = 1 / (1 - Momentum); // what a long run gathers
        Velocity.copy_(average).mul_(weight);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Velocity.Dispose();
        base.Dispose(disposing);
    }
}
