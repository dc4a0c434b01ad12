using AutoSelect.Contracts;
using static TorchSharp.torch;

namespace AutoSelect.Training.Workloads.TorchScript;

/// <summary>A metric that a job file names; the better direction follows from it.</summary>
/// <param name="Name">Value of the option metric.</param>
/// <param name="Direction">Which way is better.</param>
/// <param name="Range">Values it can have.</param>
/// <param name="Mean">Mean over a batch from loss, output and targets.</param>
internal sealed record SupervisedMetric(
    string Name, Direction Direction, MetricRange Range, Func<SupervisedLoss, Tensor, Tensor, Tensor> Mean)
{
    public static IReadOnlyList<SupervisedMetric> All { get; } =
    [
        new("accuracy", Direction.Maximize, MetricRange.Share,
            (loss, output, target) => loss.Right(output, target).to(ScalarType.Float64).mean()),
        new("loss", Direction.Minimize, MetricRange.Amount, (loss, output, target) => loss.Compute(output, target)),
        new("mae", Direction.Minimize, MetricRange.Amount, (_, output, target) => (output - target.reshape(output.shape)).abs().mean()),
    ];

    /// <exception cref="BadOptionException">No such metric, or one that does not go with the loss.</exception>
    public static SupervisedMetric Named(string name, SupervisedLoss loss)
    {
        var metric = All.FirstOrDefault(m => m.Name == name)
            ?? throw new BadOptionException(
                "metric", $"Option 'metric' is '{name}': it must be {string.Join(", ", All.Select(m => m.Name))}.");
        var fits = metric.Name switch { "accuracy" => loss.HasAccuracy, "mae" => loss is SquaredError, _ => true };
        return fits ? metric
            : throw new BadOptionException(
                "metric", $"Option 'metric' is '{name}' and option 'loss' is '{loss.Name}': accuracy goes with cross-entropy and "
                    + "bce-with-logits, mae with mse, loss with all.");
    }
}
