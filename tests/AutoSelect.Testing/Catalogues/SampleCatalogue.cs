using AutoSelect.Contracts;

namespace AutoSelect.Testing;

/// <summary>A catalogue with two strategies and one workload, as a device process would describe them.</summary>
public static class SampleCatalogue
{
    public static WorkloadDescription Workload { get; } = new()
    {
        Name = "toy-mlp",
        Summary = "A toy",
        Metric = "accuracy",
        Direction = Direction.Maximize,
        Range = MetricRange.Share,
        TrainingExamples = 6400,
        Options = [new OptionDescription { Name = "hidden", Default = "32", Summary = "Hidden units" },
            new OptionDescription { Name = "data", Default = "", Summary = "File" }],
    };

    private static HyperparameterDescription Interval { get; } = new()
    {
        Name = "interval",
        Label = HyperparameterLabel.Fixed,
        Default = 10,
        Minimum = 1,
        Maximum = 100,
        Scale = HyperparameterScale.Integer,
        Summary = "Steps between",
    };

    public static Catalogue Catalogue { get; } = new()
    {
        Strategies = [Strategy("nadamw", 128, [Rate(1e-4, 1e-1)]), Strategy("sgd", 64, [Rate(1e-3, 1), Interval])],
        Workloads = [Workload],
        Devices = [
            new DeviceDescription { Id = new DeviceId("here-cpu0"), Kind = DeviceKind.Cpu, Index = 0, Model = "Toy CPU", Host = "here" }],
    };

    private static HyperparameterDescription Rate(double minimum, double maximum) => new()
    {
        Name = "learningRate",
        Label = HyperparameterLabel.Nuisance,
        Default = 0.01,
        Minimum = minimum,
        Maximum = maximum,
        Scale = HyperparameterScale.Logarithmic,
        BatchSizeExponent = 0.5,
        Summary = "Peak learning rate",
    };

    private static StrategyDescription Strategy(string name, int batch, HyperparameterDescription[] hyperparameters) => new()
    {
        Name = name,
        Summary = $"The strategy {name}",
        Source = "a paper",
        Hyperparameters = [.. hyperparameters],
        BaseBatchSize = batch,
        Schedule = ScheduleKind.Cosine,
        WarmupFraction = 0.02,
        Capabilities = new StrategyCapabilities { StatePerParameter = 1, StatePerSquaredSide = 2, NeedsLayerCapture = true },
        Continuations =
        [
            new ContinuationRule { From = ["nadamw"], Kind = ContinuationKind.Convertible, WarmSteps = 2, WarmStepsOver = "learningRate" },
            new ContinuationRule { Kind = ContinuationKind.BoundaryOnly, WarmSteps = 20 },
        ],
        InDefaultSet = true,
    };
}
