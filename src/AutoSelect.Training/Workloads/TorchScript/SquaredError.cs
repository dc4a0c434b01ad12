using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Workloads.TorchScript;

/// <summary>Mean squared error over all numbers of the output.</summary>
internal sealed class SquaredError : SupervisedLoss
{
    public override string Name => "mse";

    public override string DefaultMetric => "loss";

    public override bool HasAccuracy => false;

    public override Tensor Targets(Tensor array) => array.to(ScalarType.Float32);

    public override Tensor Compute(Tensor output, Tensor target) => functional.mse_loss(output, Shaped(target, output));

    public override Tensor Right(Tensor output, Tensor target) => throw new NotSupportedException("Numbers are neither right nor wrong.");

    public override string? Misfit(Tensor output, Tensor target, double largest) => Unlike(output, target);
}
