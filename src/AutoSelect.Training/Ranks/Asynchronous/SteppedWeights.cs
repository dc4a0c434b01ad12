using AutoSelect.Training.Modification;
using AutoSelect.Training.Strategies;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Training.Ranks.Asynchronous;

/// <summary>
/// Weights that a strategy's stepper updates: those of the model it was started on, which gradients of another instance of the model come
/// to.
/// </summary>
/// <remarks>
/// A gradient counts as it would in a batch of one gradient of every rank: where an update is the mean of m gradients of n ranks, the
/// learning rate takes the factor (m/n)^e, with e the exponent by which the strategy's learning rate follows the batch size.
/// </remarks>
internal sealed class SteppedWeights : StaleWeights
{
    private readonly (Parameter Parameter, long Offset)[] parameters;
    private readonly Action<long> update;
    private readonly TrainingTask task;
    private readonly double exponent;
    private readonly int ranks;
    private Tensor? mean;
    private long start, applied;

    /// <param name="task">Whose model is updated.</param>
    /// <param name="flat">Parameters of the other instance, whose order the gradients have.</param>
    /// <param name="instance">The same parameters, in the model's order.</param>
    /// <param name="repair">Where gradients are computed.</param>
    /// <param name="update">
    /// Steps the stepper, which takes its gradients by <see cref="ShowGradients"/>; gets the step that is then reached.
    /// </param>
    public SteppedWeights(
        TrainingTask task, FlatParameters flat, IReadOnlyList<Parameter> instance, StalenessRepair repair, Action<long> update)
        : base(flat.Values, repair, momentum: 0, keepsDisplacement: false)
    {
        (this.task, this.update, ranks) = (task, update, task.Ranks!.Size);
        parameters = [.. HeldWeights.Trainable(task.Model).Zip(instance, (own, other) => (own, flat.OffsetOf(other)))];
        exponent = task.Strategy.Hyperparameters.FirstOrDefault(h => h.Name == "learningRate")?.BatchSizeExponent ?? 0;
    }

    /// <summary>Factor of the learning rate of an update.</summary>
    internal static double Scale(int gradients, int ranks, double exponent) => Math.Pow((double)gradients / ranks, exponent);

    /// <summary>Takes over where the model stands, under no_grad; to be called before rounds begin.</summary>
    /// <param name="step">Steps done.</param>
    public void Begin(long step)
    {
        (start, applied) = (step, 0);
        ReadModel();
    }

    /// <summary>Puts the mean gradient of the update that is under way into the model's gradients.</summary>
    public void ShowGradients()
    {
        foreach (var (parameter, offset) in parameters)
        {
            var values = Part(mean!, parameter, offset);
            if (parameter.grad is { } gradient) gradient.copy_(values);
            else parameter.grad = values.clone().DetachFromDisposeScope();
        }
    }

    protected override void Update(Tensor gradient, int gradients)
    {
        Displacement?.copy_(Weights).neg_();
        (mean, applied) = (gradient, applied + gradients);
        task.UpdateScale = Scale(gradients, ranks, exponent);
        update(start + (applied / ranks));
        ReadModel();
        Displacement?.add_(Weights);
    }

    private void ReadModel()
    {
        using var scope = NewDisposeScope();
        foreach (var (parameter, offset) in parameters) Part(Weights, parameter, offset).copy_(parameter);
    }

    private static Tensor Part(Tensor flat, Parameter parameter, long offset) =>
        flat.narrow(0, offset, parameter.numel()).view(parameter.shape);
}
