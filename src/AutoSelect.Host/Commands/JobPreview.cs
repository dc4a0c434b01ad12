using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Host.JobFiles;
using AutoSelect.Host.Views;
using AutoSelect.Performance;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Host.Commands;

/// <summary>What a job would do, as far as that is known without training.</summary>
internal sealed record JobPreview
{
    public required JobSpec Spec { get; init; }
    public required ImmutableArray<CandidatePreview> Candidates { get; init; }

    /// <summary>Steps on several devices, of trials and of committed runs; empty where there are none, or nothing is known of links and layers.</summary>
    public required ImmutableArray<RankPreview> Ranks { get; init; }

    /// <summary>The path over which links were measured; null where they were not.</summary>
    public required string? Transport { get; init; }

    /// <summary>Bytes of the model's gradients; 0 where its layers are not known.</summary>
    public required long GradientBytes { get; init; }

    /// <summary>What the policy says to begin with.</summary>
    public required string Opening { get; init; }

    /// <summary>Predicted device seconds of the first rung, all candidates together.</summary>
    public required double FirstRungSeconds { get; init; }

    /// <summary>Device seconds that the losers may take in all, if the winner takes as long as the median candidate to its horizon; null without a limit.</summary>
    public required double? ProbeLimitSeconds { get; init; }

    /// <summary>Step times measured in earlier jobs that the predictions rest on; 0 leaves them to a rule of thumb, good to a factor of about two.</summary>
    public required int Measurements { get; init; }

    public static JobPreview Of(JobPlan plan, IReadOnlyCollection<JobRecord> earlier)
    {
        var measurements = StepTimeHistory.Of(earlier, plan).ToList();
        var model = new StepTimeModel(measurements);
        var shared = SharedSteps.FromForecast(RankForecasts.Of(plan, model));
        var trials = PlannedTrials.Of(plan, model, shared);
        var spec = plan.Spec;
        var opening = PolicyCatalogue.Get(spec.Policy).Decide(PlannedTrials.Opening(spec, trials, JobHistory.Read(earlier)));
        ImmutableArray<CandidatePreview> candidates = [.. trials.Select(t => CandidatePreview.Of(plan, t, opening))];
        var runs = trials.Select(t => PlannedTrials.Seconds(t.AsCommitted(), spec.Evaluation, t.HorizonSteps) * (t.Committed?.Ranks ?? t.Candidate.Ranks)).Order().ToArray();
        return new JobPreview
        {
            Spec = spec,
            Candidates = candidates,
            Ranks = shared is null ? [] : [.. trials.SelectMany(t => RankPreview.Of(plan, t, model, shared))],
            Transport = shared?.Transport,
            GradientBytes = 4 * plan.Inspection.Workload!.Layers.Sum(l => l.Parameters),
            Opening = opening.Summary,
            FirstRungSeconds = candidates.Zip(trials, (c, t) => c.FirstRungSeconds * t.Candidate.Ranks).Sum(),
            ProbeLimitSeconds = spec.Policy == "exhaustive" || spec.Probe.Share >= 1 ? null : spec.Probe.Share / (1 - spec.Probe.Share) * runs[runs.Length / 2],
            Measurements = measurements.Count,
        };
    }

    public void Write(TextWriter output)
    {
        output.WriteLine($"{Spec.Name}: {Spec.Workload.Name} with {Spec.TrainingExamples} training examples, {Figures.Goal(Spec.Objective)}, confidence {Figures.Chosen(Spec.Confidence)}");
        output.WriteLine();
        TextTable.Write(output, ["candidate", "batch", "epochs", "steps", "schedule", "step time", "whole run", "first rung", "hyperparameters"], Candidates.Select(c => new[]
        {
            c.Name + (c.Name == Spec.Baseline ? " (baseline)" : ""), c.BatchSize.ToString(), Figures.Chosen(c.Epochs), c.Steps.ToString(), c.Schedule.ToString().ToLowerInvariant(),
            Quantities.Time(c.StepSeconds), Quantities.Time(c.RunSeconds), c.FirstRungStep is { } step ? $"to step {step}" : c.BranchStep is { } branch ? $"begins at step {branch}" : c.Waits ? "waits" : "does not start",
            string.Join(", ", c.Hyperparameters.Select(h => $"{h.Key} {Figures.Chosen(h.Value)}").Concat(c.Axes)),
        }));
        if (!Ranks.IsEmpty) RankPreview.Write(output, Ranks, Transport!, GradientBytes);
        output.WriteLine();
        output.WriteLine(Opening);
        output.WriteLine($"First rung: {Quantities.Time(FirstRungSeconds)} of device time, about {Quantities.Time(FirstRungSeconds / Spec.Probe.Devices)} on {Spec.Probe.Devices} devices.");
        output.WriteLine(ProbeLimitSeconds is { } limit
            ? $"The losers may take {Figures.Percent(Spec.Probe.Share)} of the job's device time: about {Quantities.Time(limit)} if the winner runs to its horizon."
            : "The losers may take any time.");
        output.WriteLine($"Checkpoints every {Quantities.Time(Spec.Checkpoints.EverySeconds)} and at each segment's end, {Quantities.Size(Spec.Checkpoints.DiskLimitBytes)} at most.");
        output.WriteLine(Measurements > 0 ? $"Step times rest on what earlier jobs measured ({Measurements})." : "Step times are a rule of thumb, good to a factor of about two: no earlier job of the store ran this workload.");
    }
}

/// <summary>One candidate of a preview.</summary>
internal sealed record CandidatePreview
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

    /// <summary>True when earlier jobs make others the ones to begin with; it may still begin if these fail.</summary>
    public required bool Waits { get; init; }

    /// <summary>Step that the first rung ends at; null where the candidate does not start.</summary>
    public long? FirstRungStep { get; init; }
    public required double FirstRungSeconds { get; init; }

    /// <summary>Step of its predecessor's run that the candidate begins with; null where it begins at the initial weights.</summary>
    public long? BranchStep { get; init; }

    /// <summary>Every hyperparameter, after the batch-size rules; those the candidate leaves out at their default.</summary>
    public required ImmutableSortedDictionary<string, double> Hyperparameters { get; init; }

    /// <summary>Precision, ranks with their communication, modifiers and continuation where they are not at their defaults.</summary>
    public required ImmutableArray<string> Axes { get; init; }

    public static CandidatePreview Of(JobPlan plan, TrialEvidence trial, SelectionOutcome opening)
    {
        var candidate = trial.Candidate;
        var all = plan.Inspection.Catalogue.Strategies.FirstOrDefault(s => s.Name == candidate.Strategy)?.Hyperparameters ?? [];
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
            Waits = opening.Decisions.Any(d => d.Trial == trial.Trial && d.Kind == DecisionKind.Pause),
            FirstRungStep = firstStep,
            FirstRungSeconds = PlannedTrials.Seconds(trial, plan.Spec.Evaluation, firstStep ?? 0),
            BranchStep = candidate.Continues?.StepOf(trial.HorizonSteps),
            Axes = [.. candidate.Axes()],
            Hyperparameters = candidate.Hyperparameters.AddRange(all.Where(h => !candidate.Hyperparameters.ContainsKey(h.Name)).Select(h => KeyValuePair.Create(h.Name, h.Default))),
        };
    }
}
