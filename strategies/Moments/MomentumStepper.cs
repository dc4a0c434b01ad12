using AutoSelect.Training;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>A stepper with a heavy ball: m ← μm + g with L2 weight decay in the gradient of matrices and kernels, as <see cref="Sgd"/> says.</summary>
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

    /// <summary>Adds weight decay to the gradient, and the gradient to the momentum.</summary>
    protected void AddGradients()
    {
        if (WeightDecay > 0) Flat.GradientsOf(0).add_(Flat.ValuesOf(0), WeightDecay);
        Velocity.mul_(Momentum).add_(Flat.Gradients);
        weight = (Momentum * weight) + 1;
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
        if (GradientAverage.Of(state) is not { } average) return;
        weight = 1 / (1 - Momentum); // what a long run gathers
        Velocity.copy_(average).mul_(weight);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Velocity.Dispose();
        base.Dispose(disposing);
    }
}
