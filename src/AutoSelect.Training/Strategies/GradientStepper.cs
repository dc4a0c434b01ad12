using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Training.Strategies;

/// <summary>A stepper whose update needs no more than the gradients: zero, forward, backward, <see cref="Update"/>.</summary>
public abstract class GradientStepper(TrainingTask task) : Stepper
{
    protected TrainingTask Task { get; } = task;

    /// <summary>The model's trainable parameters, in the model's order.</summary>
    protected IReadOnlyList<Parameter> Parameters { get; } = [.. task.Model.parameters().Where(p => p.requires_grad)];

    protected override Tensor StepCore(Batch batch)
    {
        foreach (var parameter in Parameters) parameter.grad?.zero_();
        var loss = Task.Gradients.Run(batch);
        using (no_grad()) Update(Task.LearningRate(Steps));
        return loss;
    }

    /// <summary>Applies the gradients; called under no_grad.</summary>
    protected abstract void Update(double learningRate);
}
