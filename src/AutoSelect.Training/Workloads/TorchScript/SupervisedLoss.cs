using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training;

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

    /// <exception cref="ArgumentException">No such loss.</exception>
    public static SupervisedLoss Named(string name) => All.FirstOrDefault(l => l.Name == name)
        ?? throw new ArgumentException($"Option 'loss' is '{name}': it must be {string.Join(", ", All.Select(l => l.Name))}.");

    /// <summary>An array of targets [N, …] as the loss takes it.</summary>
    /// <exception cref="ArgumentException">It cannot be; the message goes on after the array's name.</exception>
    public abstract Tensor Targets(Tensor array);

    /// <summary>Mean over a batch, a scalar with gradient.</summary>
    public abstract Tensor Of(Tensor output, Tensor target);

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
    private protected static Tensor Shaped(Tensor target, Tensor output) => target.dim() == output.dim() ? target : target.reshape(output.shape);

    private protected static string? Unlike(Tensor output, Tensor target) =>
        output.numel() == target.numel() && output.shape[0] == target.shape[0] ? null
        : $"has the shape {Text(output.shape)} and the targets {Text(target.shape)}: both must have the same extents, up to a last one of 1";

    private protected static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";
}

/// <summary>Cross-entropy of classes: output [n, C, …], targets [n, …] of int64, as PyTorch's cross_entropy.</summary>
internal sealed class CrossEntropy : SupervisedLoss
{
    public override string Name => "cross-entropy";

    public override string DefaultMetric => "accuracy";

    public override bool HasAccuracy => true;

    public override Tensor Targets(Tensor array)
    {
        if (array.is_floating_point()) throw new ArgumentException($"is of type {array.dtype}: loss cross-entropy takes class numbers of int64, int32 or uint8.");
        var least = array.min().to(ScalarType.Int64).item<long>();
        return least >= 0 ? array.to(ScalarType.Int64) : throw new ArgumentException($"has the class {least}: classes count from 0.");
    }

    public override Tensor Of(Tensor output, Tensor target) => functional.cross_entropy(output, target);

    public override Tensor Right(Tensor output, Tensor target) => output.argmax(1).eq(target);

    // Label smoothing and mixup find the classes in the last dimension, where only a single label an example has them.
    public override Tensor? ClassProbabilities(Tensor targets, long classes) =>
        targets.dim() == 1 ? functional.one_hot(targets, classes).to(ScalarType.Float32) : null;

    public override string? Misfit(Tensor output, Tensor target, double largest) =>
        output.dim() < 2 || !target.shape.SequenceEqual([output.shape[0], .. output.shape[2..]])
            ? $"has the shape {Text(output.shape)} and the targets {Text(target.shape)}: loss cross-entropy takes an output [n, classes, …] and targets [n, …]"
        : largest >= output.shape[1] ? $"has {output.shape[1]} classes and the largest target is {largest}: classes count from 0 and must be below that number"
        : null;
}

/// <summary>Mean squared error over all numbers of the output.</summary>
internal sealed class SquaredError : SupervisedLoss
{
    public override string Name => "mse";

    public override string DefaultMetric => "loss";

    public override bool HasAccuracy => false;

    public override Tensor Targets(Tensor array) => array.to(ScalarType.Float32);

    public override Tensor Of(Tensor output, Tensor target) => functional.mse_loss(output, Shaped(target, output));

    public override Tensor Right(Tensor output, Tensor target) => throw new NotSupportedException("Numbers are neither right nor wrong.");

    public override string? Misfit(Tensor output, Tensor target, double largest) => Unlike(output, target);
}

/// <summary>Binary cross-entropy of logits against targets of 0 to 1, mean over all numbers of the output.</summary>
internal sealed class BinaryCrossEntropy : SupervisedLoss
{
    public override string Name => "bce-with-logits";

    public override string DefaultMetric => "accuracy";

    public override bool HasAccuracy => true;

    public override Tensor Targets(Tensor array)
    {
        var probabilities = array.to(ScalarType.Float32);
        var (least, most) = (probabilities.min().item<float>(), probabilities.max().item<float>());
        return least >= 0 && most <= 1 ? probabilities : throw new ArgumentException($"has values from {least} to {most}: loss bce-with-logits takes probabilities of 0 to 1.");
    }

    public override Tensor Of(Tensor output, Tensor target) => functional.binary_cross_entropy_with_logits(output, Shaped(target, output));

    public override Tensor Right(Tensor output, Tensor target) => output.gt(0).eq(Shaped(target, output).gt(.5));

    public override string? Misfit(Tensor output, Tensor target, double largest) => Unlike(output, target);
}
