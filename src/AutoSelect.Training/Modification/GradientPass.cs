using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Training.Modification;

/// <summary>
/// Forward and backward pass on one batch. Passes wrap each other, so that micro-batches, clipping, perturbed weights and number formats
/// work with every strategy that takes its gradients from <see cref="TrainingTask.Gradients"/>.
/// </summary>
public abstract class GradientPass
{
    /// <summary>Adds the gradient of the batch's mean loss to the parameters' gradients, which the caller has set to zero.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="watch">Sees the pass whose gradients count; a pass that only looks for another point is not shown.</param>
    /// <param name="share">Factor of the gradient: the share of the whole batch that these examples are.</param>
    /// <returns>Mean loss of the batch, detached.</returns>
    public abstract Tensor Run(Batch batch, PassWatch watch = default, double share = 1);
}

/// <summary>What a stepper does around a forward pass.</summary>
/// <param name="Before">Called before it; null for nothing.</param>
/// <param name="After">Called with the model's output between forward and backward pass; null for nothing.</param>
public readonly record struct PassWatch(Action? Before, Action<Tensor>? After);
