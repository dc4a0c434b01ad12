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
                Candidates = [.. trials.Select(t => WithRanks(t.Candidate, conditions))],
                Baseline = baseline,
                Probe = conditions.Probe with { Devices = conditions.Devices },
                Commit = new CommitResources { Devices = conditions.CommitDevices },
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
            Trials = [.. trials.Select(t => t with { Candidate = WithRanks(t.Candidate, conditions) })],
            Version = 1,
        };

    private static Candidate WithRanks(Candidate candidate, SimulatedConditions conditions) =>
        conditions.Ranks.TryGetValue(candidate.Name, out var ranks) && ranks > 1
            ? candidate with { Ranks = ranks, Communication = new GradientCommunication(CommunicationKind.Fp32).ToString() } : candidate;
}
