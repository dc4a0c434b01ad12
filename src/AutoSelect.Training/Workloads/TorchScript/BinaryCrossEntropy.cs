using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Workloads.TorchScript;

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
        return least >= 0 && most <= 1 ? probabilities
            : throw new ArgumentException($"has values from {least} to {most}: loss bce-with-logits takes probabilities of 0 to 1.");
    }

    public override Tensor Compute(Tensor output, Tensor target) =>
        functional.binary_cross_entropy_with_logits(output, Shaped(target, output));

    public override Tensor Right(Tensor output, Tensor target) => output.gt(0).eq(Shaped(target, output).gt(.5));

    public override string? Misfit(Tensor output, Tensor target, double largest) => Unlike(output, target);
}
