using static TorchSharp.torch;

namespace AutoSelect.Training;

/// <summary>
/// A stepper whose update needs no more than the gradients, over <see cref="FlatParameters"/>: much cheaper than
/// <see cref="GradientStepper"/> where the model has many small parameters. Owns the flat parameters.
/// </summary>
public abstract class FlatGradientStepper(TrainingTask task, FlatParameters flat) : Stepper
{
    protected TrainingTask Task { get; } = task;

    protected FlatParameters Flat { get; } = flat;

    protected override Tensor StepCore(Batch batch)
    {
        Flat.Gradients.zero_();
        var loss = Task.Gradients.Run(batch, new PassWatch(BeforeForward, AfterForward));
        using (no_grad()) Update(Task.LearningRate(Steps));
        return loss;
    }

    /// <summary>Called before the forward pass whose gradients count: where a modifier makes several, the last one.</summary>
    protected virtual void BeforeForward() { }

    /// <summary>Called between that forward pass and its backward pass.</summary>
    protected virtual void AfterForward(Tensor output) { }

    /// <summary>Applies the gradients; called under no_grad, and may overwrite them.</summary>
    protected abstract void Update(double learningRate);

    protected override void Dispose(bool disposing)
    {
        if (disposing) Flat.Dispose();
        base.Dispose(disposing);
    }
}
