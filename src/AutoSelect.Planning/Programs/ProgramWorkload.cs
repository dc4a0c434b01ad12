using AutoSelect.Contracts;
using AutoSelect.Planning.Inspections;

namespace AutoSelect.Planning.Programs;

/// <summary>What is known of a program without running it: what its job file says.</summary>
internal static class ProgramWorkload
{
    /// <summary>Stands for whatever a program does that is like no strategy of the catalogue.</summary>
    public static StrategyDescription Strategy { get; } = new()
    {
        Name = "program",
        Summary = "What a training program of one's own does.",
        Source = "The job file.",
        Hyperparameters = [],
        BaseBatchSize = 1,
        Schedule = ScheduleKind.Constant,
        WarmupFraction = 0,
        Capabilities = new StrategyCapabilities(),
    };

    /// <summary>
    /// A program reports when it likes: what is reckoned with beforehand, in points a run.
    /// </summary>
    public static EvaluationPolicy Evaluation { get; } = new() { PerEpoch = 20 };

    /// <summary>An inspection of the machine with the program as its workload.</summary>
    public static Inspection Add(Inspection machine, WorkloadReference workload, long steps) => machine with
    {
        Catalogue = machine.Catalogue with { Strategies = [.. machine.Catalogue.Strategies, Strategy] },
        Workload = new WorkloadDescription
        {
            Name = workload.Name,
            Summary = string.Join(' ', workload.Program!.Command),
            Metric = workload.Program.Metric,
            Direction = workload.Program.Direction,
            TrainingExamples = checked((int)Math.Min(steps, int.MaxValue)),
        },
    };
}
