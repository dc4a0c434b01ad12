using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Jobs.Replay;

/// <summary>The record of a simulated job before anything has happened.</summary>
internal static class SimulatedStart
{
    public static JobRecord Record(RecordedCurve curve, ImmutableArray<Trial> trials, string baseline, ISelectionPolicy policy,
        SimulatedConditions conditions, double shortestInterval, ImmutableSortedDictionary<string, StepTimeForecast> stepTimes) => new()
        {
            Id = SimulatedJob.Id,
            Spec = new JobSpec
            {
                Name = SimulatedJob.Id.Value,
                Workload = new WorkloadReference { Name = curve.Workload },
                Objective = conditions.Objective,
                Confidence = conditions.Confidence,
                Candidates = [.. trials.Select(t => t.Candidate)],
                Baseline = baseline,
                Probe = conditions.Probe with { Devices = conditions.Devices },
                Evaluation = new EvaluationPolicy { PerEpoch = 1 / shortestInterval },
                Seed = conditions.Seed,
                Policy = policy.Name,
                TrainingExamples = 1,
                StepTimes = stepTimes,
                Labels = ImmutableSortedDictionary<string, string>.Empty.Add(JobSpec.SimulatedLabel, "all"),
            },
            Phase = JobPhase.Probing,
            StartedAt = DateTimeOffset.UnixEpoch,
            ElapsedSeconds = 0,
            Folder = "simulated",
            Trials = trials,
            Version = 1,
        };
}
