using System.Collections.Immutable;
using System.Globalization;

namespace AutoSelect.Contracts;

/// <summary>Everything that fixes how a job would be trained; two equal candidates train bit-identically on one device kind.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.Candidate")]
public sealed record Candidate
{
    /// <summary>Short and unique in the job, such as kfac-b512-damping0.03.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Name of a training strategy of the catalogue.</summary>
    [Id(1)] public required string Strategy { get; init; }

    /// <summary>Values by hyperparameter name, after the batch-size scaling rule; those left out take the strategy's default.</summary>
    [Id(2)]
    public ImmutableSortedDictionary<string, double> Hyperparameters { get; init; } =
        ImmutableSortedDictionary<string, double>.Empty;

    /// <summary>Examples per step.</summary>
    [Id(3)] public required int BatchSize { get; init; }

    [Id(4)] public required LearningRateSchedule Schedule { get; init; }

    /// <summary>
    /// What its ranks send each other, as <see cref="GradientCommunication"/> writes it; "none" with one rank, and where a program sees to
    /// it itself.
    /// </summary>
    [Id(5)] public string Communication { get; init; } = "none";

    /// <summary>
    /// Number format of forward and backward passes: fp32, or bf16 where the device is fast at it. Weights and state are fp32.
    /// </summary>
    [Id(6)] public string Precision { get; init; } = "fp32";

    /// <summary>Seed of initial weights, data order and dropout; the same for all candidates of a job.</summary>
    [Id(7)] public required long Seed { get; init; }

    /// <summary>Changes to the gradients and weights that no strategy has to know of.</summary>
    [Id(8)] public Modifiers Modifiers { get; init; } = new();

    /// <summary>The candidate this one goes on from; null starts at the initial weights.</summary>
    [Id(9)] public Continuation? Continues { get; init; }

    /// <summary>
    /// Devices that a trial of it is trained on side by side; default 1. Each takes an equal part of every batch; a program is run once on
    /// each.
    /// </summary>
    [Id(10)] public int Ranks { get; init; } = 1;

    /// <summary>
    /// Arguments of a training program by name, each as JSON: numbers, texts and truth values; empty for a strategy of the catalogue.
    /// </summary>
    [Id(11)]
    public ImmutableSortedDictionary<string, string> Arguments { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>
    /// Precision, ranks with their communication, modifiers and continuation where they are not at their defaults, for people: "bf16, 2
    /// ranks fp16".
    /// </summary>
    public IEnumerable<string> Axes() =>
    [
        .. Precision == "fp32" ? (string[])[] : [Precision],
        .. Ranks == 1 ? (string[])[] : [Communication == "none" ? $"{Ranks} ranks" : $"{Ranks} ranks {Communication}"],
        .. Modifiers.Given().Select(m => m.Value == "true" ? m.Key : $"{m.Key} {m.Value}"),
        .. Continues is { } from ? (string[])[Words(from)] : [],
    ];

    /// <summary>
    /// True when the two differ in nothing that the learning curve depends on: at most in how a batch is passed in parts.
    /// </summary>
    public bool HasCourseOf(Candidate other) =>
        (Strategy, BatchSize, Schedule, Communication, Precision, Seed, Ranks)
            == (other.Strategy, other.BatchSize, other.Schedule, other.Communication, other.Precision, other.Seed, other.Ranks)
        && Hyperparameters.SequenceEqual(other.Hyperparameters) && Arguments.SequenceEqual(other.Arguments)
        && Modifiers with { MicroBatch = null } == other.Modifiers with { MicroBatch = null };

    private static string Words(Continuation from)
    {
        var rewarm = from.RewarmSteps > 0 ? $", re-warm {from.RewarmSteps} steps" : "";
        return $"continues {from.Candidate} after {from.At.ToString("0.###", CultureInfo.InvariantCulture)} ({Word(from.Kind)}{rewarm})";
    }

    private static string Word(ContinuationKind kind) =>
        kind == ContinuationKind.BoundaryOnly ? "weights only" : kind.ToString().ToLowerInvariant();
}

/// <summary>Shape of the learning rate over the horizon, as a factor of the peak learning rate.</summary>
[JsonStringEnum]
public enum ScheduleKind
{
    /// <summary>Linear warm-up, then the peak.</summary>
    Constant,

    /// <summary>Linear warm-up, then half a cosine to zero at the horizon.</summary>
    Cosine,

    /// <summary>Linear warm-up, then a straight line to zero at the horizon.</summary>
    Linear,
}

/// <summary>A learning-rate schedule; the rate is computed from the step, so it has no state.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.LearningRateSchedule")]
public sealed record LearningRateSchedule
{
    [Id(0)] public required ScheduleKind Kind { get; init; }

    /// <summary>Length of the whole run, in passes over the training data; training ends there.</summary>
    [Id(1)] public required double HorizonEpochs { get; init; }

    /// <summary>Share of the horizon spent on linear warm-up, 0 to 1.</summary>
    [Id(2)] public double WarmupFraction { get; init; } = 0.02;

    /// <summary>Steps of the whole run, at least 1.</summary>
    /// <param name="trainingExamples">Examples in one epoch.</param>
    /// <param name="batchSize">Examples per step; an incomplete last batch is dropped.</param>
    public long HorizonSteps(int trainingExamples, int batchSize) =>
        Math.Max(1, (long)Math.Round(HorizonEpochs * StepsPerEpoch(trainingExamples, batchSize)));

    /// <summary>Whole batches in one epoch, at least 1.</summary>
    public static long StepsPerEpoch(int trainingExamples, int batchSize) => Math.Max(1, trainingExamples / batchSize);

    /// <summary>Learning-rate factor (0 to 1) of a step counted from 0.</summary>
    public double Factor(long step, long horizonSteps)
    {
        var warmup = Math.Max(1, WarmupFraction * horizonSteps);
        if (step + 1 <= warmup) return (step + 1) / warmup;
        var progress = Math.Clamp((step - warmup) / Math.Max(1, horizonSteps - warmup), 0, 1);
        return Kind switch
        {
            ScheduleKind.Constant => 1,
            ScheduleKind.Cosine => 0.5 * (1 + Math.Cos(Math.PI * progress)),
            ScheduleKind.Linear => 1 - progress,
            _ => throw new InvalidOperationException($"Unknown schedule {Kind}."),
        };
    }
}
