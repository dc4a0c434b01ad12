using AutoSelect.Contracts;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Training.Workloads;

/// <summary>Metrics of a classifier from logits [n, classes] and labels [n], by the values of the option metric.</summary>
/// <remarks>
/// Expected calibration error: the examples are put into 15 bins of equal width by the probability of the predicted class; the error is
/// the sum over bins of |correct - confidence| summed over the bin's examples, over all examples. Guo et al., arXiv 1706.04599.
/// </remarks>
internal sealed record ClassificationMetric(string Name, string FullName, Direction Direction, MetricRange Range)
{
    private const int Bins = 15;

    private static readonly ClassificationMetric[] All =
    [
        new("accuracy", "accuracy", Direction.Maximize, MetricRange.Share),
        new("nll", "negative log-likelihood", Direction.Minimize, MetricRange.Amount),
        new("ece", "expected calibration error", Direction.Minimize, MetricRange.Share),
    ];

    public static OptionDescription Option { get; } = new()
    {
        Name = "metric",
        Default = All[0].Name,
        Summary = "accuracy, nll (negative log-likelihood in nats) or ece (expected calibration error, 15 bins)",
    };

    /// <exception cref="BadOptionException">No such metric.</exception>
    public static ClassificationMetric FromOptions(IReadOnlyDictionary<string, string> options)
    {
        var name = options.GetValueOrDefault(Option.Name, Option.Default);
        return All.FirstOrDefault(metric => metric.Name == name)
            ?? throw new BadOptionException(
                "metric", $"Option 'metric' is '{name}': it must be {string.Join(", ", All.Select(metric => metric.Name))}.");
    }

    /// <summary>Sums over the examples: a scalar, or for the calibration error correct minus confidence of every bin.</summary>
    public Tensor Sum(Tensor output, Tensor target) => Name switch
    {
        "nll" => nn.functional.cross_entropy(output, target, reduction: nn.Reduction.Sum),
        "ece" => BinSums(output.softmax(1), target),
        _ => output.argmax(1).eq(target).sum(),
    };

    /// <summary>The metric from the sums of all batches.</summary>
    public static double Value(Tensor sums, long examples) => sums.abs().sum().ToDouble() / examples;

    private static Tensor BinSums(Tensor probabilities, Tensor target)
    {
        var (confidence, predicted) = probabilities.max(1);
        var bins = (confidence * Bins).ceil().to(ScalarType.Int64).sub(1).clamp(0, Bins - 1);
        var gap = predicted.eq(target).to(ScalarType.Float64) - confidence.to(ScalarType.Float64);
        return zeros(Bins, ScalarType.Float64, probabilities.device).index_add_(0, bins, gap, 1);
    }
}
