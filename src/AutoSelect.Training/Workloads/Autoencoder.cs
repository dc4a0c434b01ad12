using AutoSelect.Contracts;
using AutoSelect.Training.Data;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Workloads;

/// <summary>
/// A deep autoencoder, the classical benchmark of second-order methods (Hinton and Salakhutdinov, Science 2006; Martens and Grosse,
/// ICML 2015): tanh layers down to a narrow linear code and back, trained on the cross-entropy of pixels.
/// </summary>
public sealed class Autoencoder : Workload
{
    private const int Pixels = SyntheticImages.Side * SyntheticImages.Side;
    private const string DefaultEncoder = "256-128-64-12";

    public override WorkloadDescription Description { get; } = new()
    {
        Name = "autoencoder",
        Summary = "Deep autoencoder on Fashion-MNIST images, 784-256-128-64-12 and back",
        Metric = "squared error",
        Direction = Direction.Minimize,
        Range = MetricRange.Amount,
        Options =
        [
            new()
            {
                Name = "encoder",
                Default = DefaultEncoder,
                Summary = "widths of the encoder's layers, joined by dashes; the decoder mirrors them",
            },
            ImageOptions.Dataset, ImageOptions.Data, ImageOptions.Examples,
        ],
        TrainingExamples = 55_000,
        ForwardMultiplyAdds = 2 * ((Pixels * 256) + (256 * 128) + (128 * 64) + (64 * 12)),
    };

    public override WorkloadData Load(WorkloadSetup setup)
    {
        var labelled = ImageExamples.Load(setup, _ => (0, 1));
        return new WorkloadData
        {
            Training = new ReconstructionExamples(labelled.Training),
            Validation = new ReconstructionExamples(labelled.Validation),
            Test = new ReconstructionExamples(labelled.Test!),
        };
    }

    public override Module<Tensor, Tensor> CreateModel(WorkloadSetup setup)
    {
        int[] widths = [Pixels, .. Layers.Widths(setup.Option("encoder", DefaultEncoder), "encoder")];
        var layers = new List<(string, Module<Tensor, Tensor>)>();
        for (var i = 1; i < widths.Length; i++)
        {
            layers.Add(($"encoder{i}", Linear(widths[i - 1], widths[i])));
            if (i < widths.Length - 1) layers.Add(($"encoderTanh{i}", Tanh()));
        }
        for (var i = widths.Length - 1; i >= 1; i--)
        {
            layers.Add(($"decoder{i}", Linear(widths[i], widths[i - 1])));
            if (i > 1) layers.Add(($"decoderTanh{i}", Tanh()));
        }
        return Sequential(layers);
    }

    /// <summary>Cross-entropy of pixels against the sigmoid of the output, summed over an image and averaged over images.</summary>
    public override Tensor Loss(Tensor output, Tensor target) =>
        functional.binary_cross_entropy_with_logits(output, target, reduction: Reduction.Mean) * Pixels;

    /// <summary>Pixels of 0 and 1.</summary>
    public override Tensor? SampleTargets(Tensor output) => output.sigmoid().bernoulli();

    /// <summary>Squared error of an image, summed over its pixels, as the benchmark reports it.</summary>
    public override Tensor MetricSum(Tensor output, Tensor target) => (output.sigmoid() - target).square().sum();
}
