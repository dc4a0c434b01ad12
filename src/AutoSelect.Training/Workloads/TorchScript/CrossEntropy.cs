using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Workloads.TorchScript;

/// <summary>Cross-entropy of classes: output [n, C, …], targets [n, …] of int64, as PyTorch's cross_entropy.</summary>
internal sealed class CrossEntropy : SupervisedLoss
{
    public override string Name => "cross-entropy";

    public override string DefaultMetric => "accuracy";

    public override bool HasAccuracy => true;

    public override Tensor Targets(Tensor array)
    {
        if (array.is_floating_point())
            throw new ArgumentException($"is of type {array.dtype}: loss cross-entropy takes class numbers of int64, int32 or uint8.");
        var least = array.min().to(ScalarType.Int64).item<long>();
        return least >= 0 ? array.to(ScalarType.Int64) : throw new ArgumentException($"has the class {least}: classes count from 0.");
    }

    public override Tensor Compute(Tensor output, Tensor target) => functional.cross_entropy(output, target);

    public override Tensor Right(Tensor output, Tensor target) => output.argmax(1).eq(target);

    // Label smoothing and mixup find the classes in the last dimension, where only a single label an example has them.
    public override Tensor? ClassProbabilities(Tensor targets, long classes) =>
        targets.dim() == 1 ? functional.one_hot(targets, classes).to(ScalarType.Float32) : null;

    public override string? Misfit(Tensor output, Tensor target, double largest) =>
        output.dim() < 2 || !target.shape.SequenceEqual([output.shape[0], .. output.shape[2..]])
            ? $"has the shape {Text(output.shape)} and the targets {Text(target.shape)}: loss cross-entropy takes an output [n, classes, "
                + "…] and targets [n, …]"
        : largest >= output.shape[1] ? $"has {output.shape[1]} classes and the largest target is {largest}: classes count from 0 and must "
            + "be below that number"
        : null;
}
