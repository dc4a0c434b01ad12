using AutoSelect.Training.Ranks;
using AutoSelect.Training.Strategies;
using AutoSelect.Training.Workloads;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Segments;

/// <summary>The workload's metric over a set of examples. Leaves the model's mode to the caller.</summary>
internal static class Evaluation
{
    /// <summary>
    /// Examples a batch: on a processor as many as keep its products busy while what goes from layer to layer stays near its caches, which
    /// it shares with its neighbours (docs/results.md); more on an accelerator.
    /// </summary>
    private static int BatchSizeOn(torch.Device device) => device.type == DeviceType.CPU ? 128 : 500;

    /// <summary>
    /// Mean of the metric over all examples; of averaged predictions, where stepper and workload have them. Ranks divide the examples, and
    /// get the same value.
    /// </summary>
    /// <param name="batchSize">Examples a batch; by default <see cref="BatchSizeOn"/>.</param>
    public static double Mean(
        Workload workload, Module<Tensor, Tensor> model, ExampleSet examples, torch.Device device,
        Stepper? stepper = null, TrainingRanks? ranks = null, int? batchSize = null)
    {
        using var scope = NewDisposeScope();
        if (examples.Count < ranks?.Size) ranks = null;
        var batches = Batches(examples, device, ranks, batchSize ?? BatchSizeOn(device));
        var predictions = stepper is { PredictiveSamples: > 0 } ? Averaged(workload, model, examples, stepper, batches) : null;
        Tensor? sums = null;
        var at = 0;
        foreach (var indices in batches)
        {
            using var batchScope = NewDisposeScope();
            var batch = examples.Pick(indices);
            var output = predictions is null ? model.call(batch.Inputs) : workload.FromProbabilities(predictions[at++]);
            var sum = workload.MetricSum(output, batch.Targets).to(ScalarType.Float64);
            if (sums is null) sums = sum.clone().MoveToOuterDisposeScope();
            else sums.add_(sum);
        }
        return workload.Metric(ranks is null ? sums! : ranks.Sum(sums!), examples.Count);
    }

    // Draws outside, batches inside: a draw costs more than the look-up of what was summed so far.
    private static List<Tensor>? Averaged(
        Workload workload, Module<Tensor, Tensor> model, ExampleSet examples, Stepper stepper, List<Tensor> batches)
    {
        var sums = new List<Tensor>();
        for (var draw = 0; draw < stepper.PredictiveSamples; draw++)
        {
            using var sample = stepper.SampleWeights(draw);
            var at = 0;
            foreach (var indices in batches)
            {
                using var batchScope = NewDisposeScope();
                if (workload.Probabilities(model.call(examples.Pick(indices).Inputs)) is not { } probabilities) return null;
                if (draw == 0) sums.Add(probabilities.clone().MoveToOuterDisposeScope());
                else sums[at].add_(probabilities);
                at++;
            }
        }
        return sums.ConvertAll(sum => sum.div_(stepper.PredictiveSamples));
    }

    // Indices of the examples of each.
    private static List<Tensor> Batches(ExampleSet examples, torch.Device device, TrainingRanks? ranks, int size)
    {
        long Start(int rank) => (long)examples.Count * rank / (ranks?.Size ?? 1);
        var own = ranks?.Rank ?? 0;
        return [.. arange(Start(own), Start(own + 1), dtype: ScalarType.Int64, device: device).split(size)];
    }
}
