using System.Diagnostics;
using AutoSelect.Contracts;
using AutoSelect.Performance;
using AutoSelect.Strategies;
using AutoSelect.Training.Catalogues;
using AutoSelect.Training.Ranks;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Benchmarks;

/// <summary>
/// What each layer of a workload takes of a step on one rank. What a step takes beside its passes is divided by parameters.
/// </summary>
internal static class MeasuredLayers
{
    public static IReadOnlyList<LayerTime> Measure(SegmentAssignment assignment, int batchSize, int steps)
    {
        using var scope = NewDisposeScope();
        using var loaded = new LoadedWorkload(
            new WorkloadCatalogue(), new StrategyCatalogue(typeof(Sgd).Assembly), assignment.Workload, RankedTrainer.DataDirectory, CPU);
        manual_seed(1);
        using var model = loaded.Workload.CreateModel(loaded.Setup);
        var strategy = loaded.Strategies[assignment.Candidate.Strategy];
        var task = new TrainingTask
        {
            Model = model,
            Loss = loaded.Workload.Loss,
            SampleTargets = loaded.Workload.SampleTargets,
            Candidate = assignment.Candidate,
            HorizonSteps = assignment.HorizonSteps,
            Strategy = strategy.Description,
        };
        using var order = new DataOrder(1, loaded.Data.Training.Count, batchSize, CPU);
        var costs = LayerClock.Measure(task, loaded.Data.Training.Pick(order.Indices(0)), steps);
        using var stepper = strategy.Start(task);
        var whole = new List<double>();
        for (var step = 0; step < 2 * steps; step++)
        {
            using var stepScope = NewDisposeScope();
            var began = Stopwatch.GetTimestamp();
            stepper.Step(loaded.Data.Training.Pick(order.Indices(step % order.StepsPerEpoch)));
            if (step >= steps) whole.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        var update = Math.Max(0, whole.Order().ElementAt(steps / 4) - costs.Sum(c => c.ForwardSeconds + c.BackwardSeconds))
            / costs.Sum(c => c.Parameters);
        return [.. costs.Select(c => new LayerTime(c.ForwardSeconds, c.BackwardSeconds, update * c.Parameters, c.Parameters, c.Rows))];
    }
}
