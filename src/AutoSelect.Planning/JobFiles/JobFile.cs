using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Planning.JobFiles;

/// <summary>What a job file says; of parts that break a rule, their defaults.</summary>
internal sealed record JobFile
{
    /// <summary>The file's key, else the file's name made fit.</summary>
    public required string Name { get; init; }

    /// <summary>Null where it breaks a rule.</summary>
    public required WorkloadReference? Workload { get; init; }

    /// <summary>Null where it breaks a rule.</summary>
    public required JobGoal? Goal { get; init; }
    public double Confidence { get; init; } = 0.9;

    /// <summary>With every strategy of the list, those that break a rule too, so that indices are those of the file.</summary>
    public required CandidateRequest Candidates { get; init; }

    /// <summary>What a program is tried with; null where the workload is none.</summary>
    public ProgramRequest? Program { get; init; }

    /// <summary>Candidate or strategy that would have been run without AutoSelect; null takes nadamw where it takes part.</summary>
    public string? Baseline { get; init; }
    public ProbeBudget Probe { get; init; } = new();
    public CommitResources Commit { get; init; } = new();
    public CheckpointPolicy Checkpoints { get; init; } = new();
    public EvaluationPolicy Evaluation { get; init; } = new();
    public string Policy { get; init; } = "insured";
    public int Priority { get; init; } = JobPriority.Normal;
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Address that is told of the job's end; null for none.</summary>
    public string? Notify { get; init; }

    /// <summary>Where to point at what is found wrong later.</summary>
    public required JobFileLines Lines { get; init; }
}
