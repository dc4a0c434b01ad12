using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Testing.Processes;

namespace AutoSelect.Host.Tests.Faults;

/// <summary>Jobs on the faulty workload, for real device processes.</summary>
internal static class FaultyJobs
{
    public static JobSpec Spec(double epochs, int examples, params (string Name, int BatchSize)[] candidates) => new()
    {
        Name = "faults",
        Workload = new WorkloadReference
        {
            Name = "AutoSelect.FaultyWorkloads.FaultyWorkload",
            Assembly = BuiltFile.FaultyWorkloads,
            Options = new Dictionary<string, string> { ["examples"] = $"{examples}" }.ToImmutableSortedDictionary(),
        },
        Objective = new Objective
        {
            Kind = ObjectiveKind.Tradeoff,
            Metric = "accuracy",
            Direction = Direction.Maximize,
            SecondsPerUnit = 1000,
        },
        Candidates =
        [
            .. candidates.Select(c => new Candidate
            {
                Name = c.Name,
                Strategy = "sgd",
                BatchSize = c.BatchSize,
                Hyperparameters = ImmutableSortedDictionary<string, double>.Empty.Add("learningRate", 0.02),
                Schedule = new LearningRateSchedule { Kind = ScheduleKind.Constant, HorizonEpochs = epochs },
                Seed = 3,
            }),
        ],
        Baseline = candidates[0].Name,
        Checkpoints = new CheckpointPolicy { EverySeconds = 0.5 },
        Seed = 3,
        TrainingExamples = examples,
    };
}
