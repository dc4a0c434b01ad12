using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Strategies;
using AutoSelect.Training.Workloads;
using TorchSharp;
using static TorchSharp.torch;

namespace AutoSelect.Benchmarks;

/// <summary>Trains the deep autoencoder with one strategy until its validation loss reaches a target.</summary>
internal sealed class AutoencoderRun(WorkloadData data, long seed, int batchSize)
{
    public const int Horizon = 1_600;
    private const int StepsBetweenEvaluations = 10, EvaluationExamples = 1_000;

    private readonly Autoencoder workload = new();

    /// <summary>MNIST from a folder; empty looks in the usual places.</summary>
    public static WorkloadData Load(string folder) => new Autoencoder().Load(new WorkloadSetup
    {
        Options = new Dictionary<string, string> { ["dataset"] = "mnist", ["data"] = folder },
        DataDirectory = Path.GetTempPath(),
    });

    /// <summary>Hyperparameters that are not given follow the strategy's rule for the batch size.</summary>
    /// <returns>
    /// Steps and thread-CPU seconds of the steps alone, the evaluations left out; null for the steps when the target was missed.
    /// </returns>
    public AutoencoderResult ToTarget(
        TrainingStrategy strategy, IReadOnlyDictionary<string, double> point, double target, int limit,
        Action<int, double, double>? trace = null)
    {
        torch.manual_seed(seed);
        using var model = workload.CreateModel(new WorkloadSetup { Options = new Dictionary<string, string>(), DataDirectory = "" });
        using var order = new DataOrder(seed, data.Training.Count, batchSize, torch.CPU);
        using var outer = NewDisposeScope();
        var validation = data.Validation.Pick(arange(EvaluationExamples));
        using var stepper = strategy.Start(new TrainingTask
        {
            Model = model,
            Loss = workload.Loss,
            SampleTargets = workload.SampleTargets,
            HorizonSteps = Horizon,
            Strategy = strategy.Description,
            Candidate = new Candidate
            {
                Name = "autoencoder",
                Strategy = strategy.Description.Name,
                BatchSize = batchSize,
                Seed = seed,
                Schedule = new LearningRateSchedule
                {
                    Kind = ScheduleKind.Constant,
                    HorizonEpochs = (double)Horizon * batchSize / data.Training.Count,
                    WarmupFraction = 0,
                },
                Hyperparameters = strategy.Description.Hyperparameters.ToImmutableSortedDictionary(h => h.Name, h =>
                    point.TryGetValue(h.Name, out var given) ? given
                    : h.Name == "weightDecay" ? 0
                    : Math.Clamp(h.Default * Math.Pow((double)batchSize / strategy.Description.BaseBatchSize, h.BatchSizeExponent),
                        h.Minimum, h.Maximum)),
            },
        });

        var (seconds, loss) = (0.0, double.NaN);
        for (var step = 1; step <= limit; step++)
        {
            using var scope = NewDisposeScope();
            var started = ThreadCpuClock.Seconds;
            stepper.Step(data.Training.Pick(order.Indices(step - 1)));
            seconds += ThreadCpuClock.Seconds - started;
            if (step % StepsBetweenEvaluations != 0) continue;

            loss = Evaluate(stepper, () => workload.Loss(model.call(validation.Inputs), validation.Targets).ToDouble());
            trace?.Invoke(step, seconds, loss);
            if (loss <= target) return new(step, seconds, loss, stepper.Diagnostics);
            if (double.IsNaN(loss)) break;
        }
        return new(null, seconds, loss, stepper.Diagnostics);
    }

    private static double Evaluate(Stepper stepper, Func<double> loss)
    {
        using var _ = no_grad();
        if (stepper.HasAveragedWeights) stepper.SwapAveragedWeights();
        var value = loss();
        if (stepper.HasAveragedWeights) stepper.SwapAveragedWeights();
        return value;
    }
}

/// <summary>What one run came to.</summary>
internal sealed record AutoencoderResult(int? Steps, double CpuSeconds, double Loss, IReadOnlyDictionary<string, double> Diagnostics);
