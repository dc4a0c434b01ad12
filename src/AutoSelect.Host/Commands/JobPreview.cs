using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Host.JobFiles;
using AutoSelect.Host.Views;

namespace AutoSelect.Host.Commands;

/// <summary>What a job would do, known without training.</summary>
internal sealed record JobPreview
{
    public required JobSpec Spec { get; init; }
    public required ImmutableArray<CandidatePreview> Candidates { get; init; }

    public static JobPreview Of(JobPlan plan) => new()
    {
        Spec = plan.Spec,
        Candidates = [.. plan.Spec.Candidates.Select(c => CandidatePreview.Of(plan, c))],
    };

    public void Write(TextWriter output)
    {
        output.WriteLine($"{Spec.Name}: {Spec.Workload.Name} with {Spec.TrainingExamples} training examples, {Figures.Goal(Spec.Objective)}, confidence {Figures.Chosen(Spec.Confidence)}");
        output.WriteLine();
        TextTable.Write(output, ["candidate", "batch", "epochs", "steps", "schedule", "hyperparameters"], Candidates.Select(c => new[]
        {
            c.Name + (c.Name == Spec.Baseline ? " (baseline)" : ""), c.BatchSize.ToString(), Figures.Chosen(c.Epochs), c.Steps.ToString(), c.Schedule.ToString().ToLowerInvariant(),
            string.Join(", ", c.Hyperparameters.Select(h => $"{h.Key} {Figures.Chosen(h.Value)}")),
        }));
        output.WriteLine();
        output.WriteLine($"Policy {Spec.Policy}; {Candidates.Length} candidates share {Spec.Probe.Devices} devices; the losers may take {Figures.Percent(Spec.Probe.Share)} of the job's device time.");
        output.WriteLine($"Checkpoints every {Quantities.Time(Spec.Checkpoints.EverySeconds)} and at each segment's end, {Quantities.Size(Spec.Checkpoints.DiskLimitBytes)} at most.");
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

    /// <summary>Every hyperparameter, after the batch-size rules; those the candidate leaves out at their default.</summary>
    public required ImmutableSortedDictionary<string, double> Hyperparameters { get; init; }

    public static CandidatePreview Of(JobPlan plan, Candidate candidate)
    {
        var all = plan.Inspection.Catalogue.Strategies.FirstOrDefault(s => s.Name == candidate.Strategy)?.Hyperparameters ?? [];
        return new CandidatePreview
        {
            Name = candidate.Name,
            Strategy = candidate.Strategy,
            BatchSize = candidate.BatchSize,
            Epochs = candidate.Schedule.HorizonEpochs,
            Steps = candidate.Schedule.HorizonSteps(plan.Spec.TrainingExamples, candidate.BatchSize),
            Schedule = candidate.Schedule.Kind,
            Hyperparameters = candidate.Hyperparameters.AddRange(all.Where(h => !candidate.Hyperparameters.ContainsKey(h.Name)).Select(h => KeyValuePair.Create(h.Name, h.Default))),
        };
    }
}
