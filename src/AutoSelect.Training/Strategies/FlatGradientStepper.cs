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
        var output = Task.Model.call(batch.Inputs);
        AfterForward(output);
        var loss = Task.Loss(output, batch.Targets);
        loss.backward();
        using (no_grad()) Update(Task.LearningRate(Steps));
        return loss.detach();
    }

    /// <summary>Called between forward and backward pass.</summary>
    protected virtual void AfterForward(Tensor output) { }

    /// <summary>Applies the gradients; called under no_grad, and may overwrite them.</summary>
    protected abstract void Update(double learningRate);

    protected override void Dispose(bool disposing)
    {
        if (disposing) Flat.Dispose();
        base.Dispose(disposing);
    }
}
