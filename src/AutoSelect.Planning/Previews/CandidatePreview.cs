using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Planning.Trials;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Planning.Previews;

/// <summary>One candidate of a preview.</summary>
public sealed record CandidatePreview
{
    public required string Name { get; init; }
    public required string Strategy { get; init; }
    public required int BatchSize { get; init; }
    public required double Epochs { get; init; }

    /// <summary>Steps of the whole run.</summary>
    public required long Steps { get; init; }
    public required ScheduleKind Schedule { get; init; }

    /// <summary>Predicted seconds of a step, without evaluation.</summary>
    public required double StepSeconds { get; init; }

    /// <summary>Predicted seconds to the horizon, evaluations included.</summary>
    public required double RunSeconds { get; init; }

    /// <summary>Step that it would be sent to at once; null where the candidate does not start.</summary>
    public long? FirstRungStep { get; init; }

    /// <summary>Step of its predecessor's run that the candidate begins with; null where it begins at the initial weights.</summary>
    public long? BranchStep { get; init; }

    /// <summary>Every hyperparameter, after the batch-size rules; those the candidate leaves out at their default.</summary>
    public required ImmutableSortedDictionary<string, double> Hyperparameters { get; init; }

    /// <summary>Those of them that are fixed and at their defaults, which say nothing of this candidate.</summary>
    public required ImmutableArray<string> Untouched { get; init; }

    /// <summary>Precision, ranks with their communication, modifiers and continuation where they are not at their defaults.</summary>
    public required ImmutableArray<string> Axes { get; init; }

    internal static CandidatePreview ForTrial(JobPlan plan, TrialEvidence trial, SelectionOutcome opening)
    {
        var candidate = trial.Candidate;
        var all = plan.Inspection.Catalogue.Strategies.FirstOrDefault(s => s.Name == candidate.Strategy)?.Hyperparameters ?? [];
        var values = candidate.Hyperparameters.AddRange(all.Where(h => !candidate.Hyperparameters.ContainsKey(h.Name))
            .Select(h => KeyValuePair.Create(h.Name, h.Default)));
        long? firstStep = opening.NextStep.TryGetValue(trial.Trial, out var step) ? step : null;
        return new CandidatePreview
        {
            Name = candidate.Name,
            Strategy = candidate.Strategy,
            BatchSize = candidate.BatchSize,
            Epochs = candidate.Schedule.HorizonEpochs,
            Steps = trial.HorizonSteps,
            Schedule = candidate.Schedule.Kind,
            StepSeconds = trial.StepTime.MedianSeconds,
            RunSeconds = PlannedTrials.Seconds(trial, plan.Spec.Evaluation, trial.HorizonSteps),
            FirstRungStep = firstStep,
            BranchStep = candidate.Continues?.StepOf(trial.HorizonSteps),
            Axes = [.. candidate.Axes()],
            Hyperparameters = values,
            Untouched = [.. all.Where(h => h.Label == HyperparameterLabel.Fixed && values[h.Name] == h.Default).Select(h => h.Name)],
        };
    }
}
