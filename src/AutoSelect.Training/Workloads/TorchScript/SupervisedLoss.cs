using static TorchSharp.torch;

namespace AutoSelect.Training.Workloads.TorchScript;

/// <summary>A loss that a job file names: what targets it takes, and when a prediction counts as right.</summary>
internal abstract class SupervisedLoss
{
    public static IReadOnlyList<SupervisedLoss> All { get; } = [new CrossEntropy(), new SquaredError(), new BinaryCrossEntropy()];

    /// <summary>Value of the option loss.</summary>
    public abstract string Name { get; }

    /// <summary>Metric where the job file names none.</summary>
    public abstract string DefaultMetric { get; }

    /// <summary>True where a prediction is right or wrong.</summary>
    public abstract bool HasAccuracy { get; }

    /// <exception cref="BadOptionException">No such loss.</exception>
    public static SupervisedLoss Named(string name) => All.FirstOrDefault(l => l.Name == name)
        ?? throw new BadOptionException("loss", $"Option 'loss' is '{name}': it must be {string.Join(", ", All.Select(l => l.Name))}.");

    /// <summary>An array of targets [N, …] as the loss takes it.</summary>
    /// <exception cref="ArgumentException">It cannot be; the message goes on after the array's name.</exception>
    public abstract Tensor Targets(Tensor array);

    /// <summary>Mean over a batch, a scalar with gradient.</summary>
    public abstract Tensor Compute(Tensor output, Tensor target);

    /// <summary>Which predictions are right, a boolean tensor over examples and their parts.</summary>
    public abstract Tensor Right(Tensor output, Tensor target);

    /// <summary>Targets as probabilities of classes; null where they are none.</summary>
    public virtual Tensor? ClassProbabilities(Tensor targets, long classes) => null;

    /// <summary>Says why an output does not go with the targets, in words that follow "the output"; null when it does.</summary>
    /// <param name="output">Of some examples.</param>
    /// <param name="target">Of the same examples.</param>
    /// <param name="largest">Largest of all training targets.</param>
    public abstract string? Misfit(Tensor output, Tensor target, double largest);

    /// <summary>The targets in the shape of the output, so that [n] goes with [n, 1] and nothing is broadcast by accident.</summary>
    private protected static Tensor Shaped(Tensor target, Tensor output) =>
        target.dim() == output.dim() ? target : target.reshape(output.shape);

    private protected static string? Unlike(Tensor output, Tensor target) =>
        output.numel() == target.numel() && output.shape[0] == target.shape[0] ? null
        : $"has the shape {Text(output.shape)} and the targets {Text(target.shape)}: both must have the same extents, up to a last one of "
            + "1";

    private protected static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";
}
