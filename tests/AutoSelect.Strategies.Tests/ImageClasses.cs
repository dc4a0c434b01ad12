using AutoSelect.Contracts;
using AutoSelect.Training.Workloads;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Strategies.Tests;

/// <summary>The small network and images as a workload: the factors of 784 pixels would take K-FAC a hundred times as long.</summary>
public sealed class ImageClasses : Workload
{
    public override WorkloadDescription Description { get; } = new()
    {
        Name = "image-classes",
        Summary = "",
        Metric = "accuracy",
        Direction = Direction.Maximize,
        Options = [],
    };

    public override WorkloadData Load(WorkloadSetup setup) => new() { Training = Examples(1, 400), Validation = Examples(2, 100) };

    public override Module<Tensor, Tensor> CreateModel(WorkloadSetup setup) => Samples.Layers();

    public override Tensor Loss(Tensor output, Tensor target) => Samples.CrossEntropy(output, target);

    public override Tensor? SampleTargets(Tensor output) => output.softmax(1).multinomial(1).squeeze(1);

    public override Tensor? Probabilities(Tensor output) => output.softmax(1);

    public override Tensor FromProbabilities(Tensor probabilities) => probabilities.log();

    public override Tensor MetricSum(Tensor output, Tensor target) => output.argmax(1).eq(target).sum();

    private static TensorExamples Examples(long seed, int count)
    {
        var (images, classes) = Samples.Images(seed, count);
        return new TensorExamples(images, classes);
    }
}
