using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training;

/// <summary>The workload's metric over a set of examples. Leaves the model's mode to the caller.</summary>
internal static class Evaluation
{
    private const int BatchSize = 500;

    /// <summary>Mean of the metric over all examples.</summary>
    public static double Mean(Workload workload, Module<Tensor, Tensor> model, ExampleSet examples, torch.Device device)
    {
        var count = examples.Count;
        using var scope = NewDisposeScope();
        var indices = arange(count, dtype: ScalarType.Int64, device: device);
        var sum = zeros(1, dtype: ScalarType.Float64, device: device);
        for (var at = 0; at < count; at += BatchSize)
        {
            using var batchScope = NewDisposeScope();
            var batch = examples.Pick(indices.narrow(0, at, Math.Min(BatchSize, count - at)));
            sum.add_(workload.MetricSum(model.call(batch.Inputs), batch.Targets).to(ScalarType.Float64));
        }
        return sum.item<double>() / count;
    }
}
