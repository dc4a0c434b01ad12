using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>What a device process can run: asked of it once, so that the control side needs no libtorch.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.Catalogue")]
public sealed record Catalogue
{
    /// <summary>Strategies that candidates may name, in order of name.</summary>
    [Id(0)] public required ImmutableArray<StrategyDescription> Strategies { get; init; }
    [Id(1)] public required ImmutableArray<WorkloadDescription> Workloads { get; init; }

    /// <summary>Devices found on this host.</summary>
    [Id(2)] public required ImmutableArray<DeviceDescription> Devices { get; init; }

    /// <summary>Names of those <see cref="Strategies"/> that the assembly of a user's own workload brings along; empty, the default, where
    /// none was asked about.</summary>
    [Id(3)] public ImmutableArray<string> OwnStrategies { get; init; } = [];
}

[JsonStringEnum]
public enum HyperparameterLabel
{
    /// <summary>Its effect is the question.</summary>
    Scientific,

    /// <summary>Must be tuned for a fair comparison.</summary>
    Nuisance,

    /// <summary>Left at its default.</summary>
    Fixed,
}

/// <summary>How a hyperparameter decides what state a strategy keeps.</summary>
[JsonStringEnum]
public enum StateShaping
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Sizes follow the value: two candidates agree when they have the same.</summary>
    Value,

    /// <summary>Above 0 there is more state than at 0: two candidates agree when both have either.</summary>
    Presence,
}

[JsonStringEnum]
public enum HyperparameterScale { Linear, Logarithmic, Integer }

/// <summary>One hyperparameter of a strategy.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.HyperparameterDescription")]
public sealed record HyperparameterDescription
{
    /// <summary>Name in job files, such as learningRate.</summary>
    [Id(0)] public required string Name { get; init; }
    /// <summary>What a comparison does with it.</summary>
    [Id(1)] public required HyperparameterLabel Label { get; init; }

    /// <summary>Value where a job file gives none, at the strategy's base batch size; within the range.</summary>
    [Id(2)] public required double Default { get; init; }

    /// <summary>Least value that job files may give; finite.</summary>
    [Id(3)] public required double Minimum { get; init; }

    /// <summary>Greatest value that job files may give; finite.</summary>
    [Id(4)] public required double Maximum { get; init; }

    /// <summary>How a search goes through the range; default linear. A logarithmic range begins above 0.</summary>
    [Id(5)] public HyperparameterScale Scale { get; init; }

    /// <summary>Unit, or empty for a pure number.</summary>
    [Id(6)] public string Unit { get; init; } = "";

    /// <summary>One line of explanation.</summary>
    [Id(7)] public required string Summary { get; init; }

    /// <summary>
    /// How the value follows the batch size, relative to <see cref="StrategyDescription.BaseBatchSize"/>: value × (batch/base)^exponent; 0
    /// leaves it.
    /// </summary>
    [Id(8)] public double BatchSizeExponent { get; init; }

    /// <summary>
    /// Whether it decides what state the strategy keeps, so that only a candidate that agrees in it can go on from the state.
    /// </summary>
    [Id(9)] public StateShaping ShapesState { get; init; }
}

/// <summary>A training strategy as the catalogue lists it.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.StrategyDescription")]
public sealed record StrategyDescription
{
    /// <summary>Name in job files: up to 48 lower-case letters, digits and single dashes, beginning with a letter.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>One line that says what it is.</summary>
    [Id(1)] public required string Summary { get; init; }

    /// <summary>Paper or specification.</summary>
    [Id(2)] public required string Source { get; init; }

    /// <summary>All that can be set; empty where nothing can.</summary>
    [Id(3)] public required ImmutableArray<HyperparameterDescription> Hyperparameters { get; init; }

    /// <summary>Batch size the defaults are for, at least 1.</summary>
    [Id(4)] public required int BaseBatchSize { get; init; }

    /// <summary>Schedule the strategy is meant for.</summary>
    [Id(5)] public required ScheduleKind Schedule { get; init; }

    /// <summary>Share of the horizon spent on warm-up by default, 0 to 1.</summary>
    [Id(6)] public required double WarmupFraction { get; init; }

    /// <summary>What it needs and can do, for what it may be combined with and for forecasts.</summary>
    [Id(7)] public required StrategyCapabilities Capabilities { get; init; }

    /// <summary>Takes part where a job file names no strategies; the others have to be named. Default false.</summary>
    [Id(8)] public bool InDefaultSet { get; init; }

    /// <summary>What it can go on from in mid-training, besides its own checkpoints.</summary>
    [Id(9)] public ImmutableArray<ContinuationRule> Continuations { get; init; } = [];

    /// <summary>The rule for going on from another strategy's checkpoint; null when there is none.</summary>
    public ContinuationRule? ContinuationFrom(string strategy) =>
        Continuations.FirstOrDefault(rule => rule.From.Contains(strategy)) ?? Continuations.FirstOrDefault(rule => rule.From.IsEmpty);
}

/// <summary>What a strategy needs and can do.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.StrategyCapabilities")]
public sealed record StrategyCapabilities
{
    /// <summary>Reads inputs and output gradients of single layers, so it needs modules it knows.</summary>
    [Id(0)] public bool NeedsLayerCapture { get; init; }

    /// <summary>Keeps averaged weights itself; the training loop adds none.</summary>
    [Id(1)] public bool AveragesWeights { get; init; }

    /// <summary>Scales the whole update by one factor, which excludes starting a layer's update before the backward pass ends.</summary>
    [Id(2)] public bool NeedsWholeGradient { get; init; }

    /// <summary>State per parameter, in floats (momentum 1, Adam 2); factors are counted by <see cref="StatePerSquaredSide"/>.</summary>
    [Id(3)] public double StatePerParameter { get; init; }

    /// <summary>Clipping the gradient by its norm changes what it computes, and not only the length of its steps.</summary>
    [Id(4)] public bool BreaksWithClipping { get; init; }

    /// <summary>
    /// State in floats for every parameter matrix [m, n], as a multiple of m² + n²: the factors of second-order methods, with their
    /// inverses, roots or bases. 0 without factors.
    /// </summary>
    [Id(5)] public double StatePerSquaredSide { get; init; }

    /// <summary>Work on layers' matrices beside the passes; empty where updates go through the state alone.</summary>
    [Id(6)] public ImmutableArray<MatrixWork> MatrixWork { get; init; } = [];

    /// <summary>Trains TorchScript modules, which show parameters but no layers.</summary>
    public bool TrainsTorchScript => !NeedsLayerCapture;
}

/// <summary>A workload as the catalogue lists it.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.WorkloadDescription")]
public sealed record WorkloadDescription
{
    /// <summary>Name in the catalogue; of a user's own workload for people alone, since job files name its type.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>One line that says what it is.</summary>
    [Id(1)] public required string Summary { get; init; }

    /// <summary>Name of the metric on the validation data, such as accuracy.</summary>
    [Id(2)] public required string Metric { get; init; }

    /// <summary>Whether more or less of the metric is better.</summary>
    [Id(3)] public required Direction Direction { get; init; }

    /// <summary>Options by name, with default and explanation.</summary>
    [Id(4)] public ImmutableArray<OptionDescription> Options { get; init; } = [];

    /// <summary>Training examples with the default options; null where they depend on the user's data.</summary>
    [Id(5)] public int? TrainingExamples { get; init; }

    /// <summary>Multiply-adds of a forward pass of one example, or null where unknown; for the first guess of a step time.</summary>
    [Id(6)] public double? ForwardMultiplyAdds { get; init; }

    /// <summary>What its model and data allow; null where the model was not built.</summary>
    [Id(7)] public WorkloadTraits? Traits { get; init; }

    /// <summary>Layers of its model in order; empty where the model was not built.</summary>
    [Id(8)] public ImmutableArray<LayerSize> Layers { get; init; } = [];

    /// <summary>Values that the metric can have; null where that is not known.</summary>
    [Id(9)] public MetricRange? Range { get; init; }

    /// <summary>What its user should know although it can be trained.</summary>
    [Id(10)] public ImmutableArray<WorkloadWarning> Warnings { get; init; } = [];

    /// <summary>Examples that an evaluation measures; null where the data was not loaded.</summary>
    [Id(11)] public int? ValidationExamples { get; init; }
}

/// <summary>What decides which strategies and modifiers a workload allows.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.WorkloadTraits")]
public sealed record WorkloadTraits
{
    /// <summary>The model has BatchNorm layers, whose statistics are those of a whole batch.</summary>
    [Id(0)] public bool HasBatchNorm { get; init; }

    /// <summary>The model shows parameters but no layers, as a TorchScript module does.</summary>
    [Id(1)] public bool HidesLayers { get; init; }

    /// <summary>Inputs are floating-point numbers and so can be blended.</summary>
    [Id(2)] public bool HasBlendableInputs { get; init; }

    /// <summary>Targets are classes or numbers that can be blended.</summary>
    [Id(3)] public bool HasBlendableTargets { get; init; }

    /// <summary>Targets are classes, over which probability can be spread.</summary>
    [Id(4)] public bool HasClasses { get; init; }
}

/// <summary>An option of a workload.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.OptionDescription")]
public sealed record OptionDescription
{
    /// <summary>Name in job files.</summary>
    [Id(0)] public required string Name { get; init; }

    /// <summary>Value where a job file gives none, as text.</summary>
    [Id(1)] public required string Default { get; init; }

    /// <summary>One line of explanation.</summary>
    [Id(2)] public required string Summary { get; init; }
}
