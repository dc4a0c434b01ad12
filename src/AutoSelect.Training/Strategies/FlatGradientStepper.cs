using AutoSelect.Training.Modification;
using static TorchSharp.torch;

namespace AutoSelect.Training.Strategies;

/// <summary>
/// A stepper whose update needs no more than the gradients, over <see cref="FlatParameters"/>: much cheaper than one parameter after
/// another where the model has many small ones. Owns the flat parameters.
/// </summary>
public abstract class FlatGradientStepper(TrainingTask task, FlatParameters flat) : Stepper
{
    /// <summary>What is trained.</summary>
    protected TrainingTask Task { get; } = task;

    /// <summary>All trainable parameters as one tensor [n], and their gradients.</summary>
    protected FlatParameters Flat { get; } = flat;

    protected override Tensor StepCore(Batch batch)
    {
        Flat.Gradients.zero_();
        var loss = Task.Gradients.Run(batch, new PassWatch(BeforeForward, AfterForward));
        var learningRate = Task.LearningRate(Steps);
        using var off = no_grad();
        if (UpdatesByPart && Task.Deferral is { } deferral)
        {
            Advance();
            deferral.Defer(parameter => UpdatePart(Flat.PartOf(parameter), learningRate));
        }
        else Update(learningRate);
        return loss;
    }

    /// <summary>Called before the forward pass whose gradients count: where a modifier makes several, the last one.</summary>
    protected virtual void BeforeForward() { }

    /// <summary>Called between that forward pass and its backward pass.</summary>
    protected virtual void AfterForward(Tensor output) { }

    /// <summary>Applies the gradients; called under no_grad, and may overwrite them. By default part after part.</summary>
    /// <param name="learningRate">Of this step, after the schedule.</param>
    protected virtual void Update(double learningRate)
    {
        Advance();
        for (var group = 0; group < Flat.Groups; group++) UpdatePart(Flat.PartOf(group), learningRate);
    }

    /// <summary>Counts a step in what all parts of the update share; called once before the parts.</summary>
    protected virtual void Advance() { }

    /// <summary>
    /// Applies the gradients of a part, with a bearing on nothing else; for strategies that set <see cref="Stepper.UpdatesByPart"/>.
    /// </summary>
    protected virtual void UpdatePart(FlatPart part, double learningRate) =>
        throw new NotSupportedException($"{GetType()} does not update by parts.");

    protected override void Dispose(bool disposing)
    {
        if (disposing) Flat.Dispose();
        base.Dispose(disposing);
    }
}
