using AutoSelect.Contracts;
using AutoSelect.Training.Data;
using AutoSelect.Training.Workloads.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Workloads;

/// <summary>
/// A small convolutional network on Fashion-MNIST: three 3x3 convolutions of stride 2 with BatchNorm and ReLU (28 → 14 → 7 → 4),
/// the mean over positions, one linear layer. Strides instead of pooling: on CPUs pooling costs more than the convolutions.
/// </summary>
public sealed class FashionMnistCnn : ImageClassification
{
    private const string DefaultChannels = "16-32-64";
    private const int Kernel = 9;

    public override WorkloadDescription Description { get; } = new()
    {
        Name = "fashion-mnist-cnn",
        Summary = "Small convolutional network with BatchNorm on Fashion-MNIST (28x28 images of clothing, 10 classes)",
        Metric = "accuracy",
        Direction = Direction.Maximize,
        Range = MetricRange.Share,
        Options =
        [
            new()
            {
                Name = "channels",
                Default = DefaultChannels,
                Summary = "channels of the convolutions, joined by dashes; each halves the image's side",
            },
            ImageOptions.Dataset, ImageOptions.Data, ImageOptions.Examples, ClassificationMetric.Option,
        ],
        TrainingExamples = DefaultTrainingExamples,
        ForwardMultiplyAdds = (14 * 14 * 16 * Kernel) + (7 * 7 * 32 * 16 * Kernel)
            + (4 * 4 * 64 * 32 * Kernel) + (64 * SyntheticImages.Classes),
    };

    public override Module<Tensor, Tensor> CreateModel(WorkloadSetup setup)
    {
        var layers = new List<(string, Module<Tensor, Tensor>)> { ("channelsLast", new ChannelsLast()) };
        var channels = 1;
        foreach (var (next, i) in Layers.Widths(setup.Option("channels", DefaultChannels), "channels").Select((c, i) => (c, i + 1)))
        {
            // BatchNorm takes out a bias at once, so the convolution has none.
            layers.Add(($"conv{i}", Conv2d(channels, next, kernel_size: 3, stride: 2, padding: 1, bias: false)));
            layers.Add(($"norm{i}", BatchNorm2d(next)));
            layers.Add(($"relu{i}", ReLU()));
            channels = next;
        }
        layers.Add(("mean", AdaptiveAvgPool2d(1)));
        layers.Add(("flatten", Flatten()));
        layers.Add(("output", Linear(channels, SyntheticImages.Classes)));
        return Sequential(layers);
    }
}
