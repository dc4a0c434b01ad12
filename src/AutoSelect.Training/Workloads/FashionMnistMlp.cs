using AutoSelect.Contracts;
using AutoSelect.Training.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Workloads;

/// <summary>A multilayer perceptron on Fashion-MNIST: fully connected layers with ReLU, 784-512-256-10 by default.</summary>
public sealed class FashionMnistMlp : ImageClassification
{
    private const int Pixels = SyntheticImages.Side * SyntheticImages.Side;
    private const string DefaultHidden = "512-256";

    public override WorkloadDescription Description { get; } = new()
    {
        Name = "fashion-mnist-mlp",
        Summary = "Multilayer perceptron on Fashion-MNIST (28x28 images of clothing, 10 classes)",
        Metric = "accuracy",
        Direction = Direction.Maximize,
        Range = MetricRange.Share,
        Options =
        [
            new() { Name = "hidden", Default = DefaultHidden, Summary = "widths of the hidden layers, joined by dashes" },
            ImageOptions.Dataset, ImageOptions.Data, ImageOptions.Examples, ClassificationMetric.Option,
        ],
        TrainingExamples = DefaultTrainingExamples,
        ForwardMultiplyAdds = (Pixels * 512) + (512 * 256) + (256 * SyntheticImages.Classes),
    };

    public override Module<Tensor, Tensor> CreateModel(WorkloadSetup setup)
    {
        var layers = new List<(string, Module<Tensor, Tensor>)> { ("flatten", Flatten()) };
        var width = Pixels;
        foreach (var (next, i) in Layers.Widths(setup.Option("hidden", DefaultHidden), "hidden").Select((w, i) => (w, i + 1)))
        {
            layers.Add(($"linear{i}", Linear(width, next)));
            layers.Add(($"relu{i}", ReLU()));
            width = next;
        }
        layers.Add(("output", Linear(width, SyntheticImages.Classes)));
        return Sequential(layers);
    }
}
