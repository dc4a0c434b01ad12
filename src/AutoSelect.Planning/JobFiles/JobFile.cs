using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection;

namespace AutoSelect.Planning.JobFiles;

/// <summary>A job file that broke no rule.</summary>
internal sealed record JobFile
{
    /// <summary>As it was named on the command line, for messages.</summary>
    public required string File { get; init; }

    /// <summary>The file's key, else the file's name made fit.</summary>
    public required string Name { get; init; }
    public required WorkloadReference Workload { get; init; }
    public required JobGoal Goal { get; init; }
    public double Confidence { get; init; } = 0.9;
    public required CandidateRequest Candidates { get; init; }

    /// <summary>Candidate or strategy that would have been run without AutoSelect; null takes nadamw where it takes part.</summary>
    public string? Baseline { get; init; }
    public ProbeBudget Probe { get; init; } = new();
    public CommitResources Commit { get; init; } = new();
    public CheckpointPolicy Checkpoints { get; init; } = new();
    public EvaluationPolicy Evaluation { get; init; } = new();
    public string Policy { get; init; } = "regret";
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Where to point when the candidates cannot be made.</summary>
    public required JobFileLines Lines { get; init; }
}

/// <summary>Lines of what only the making of the candidates can find wrong.</summary>
/// <param name="Candidates">The candidates section.</param>
/// <param name="Strategies">Each of its items.</param>
/// <param name="BatchSizes">The job's batch sizes.</param>
/// <param name="Baseline">The baseline.</param>
/// <param name="Probe">The probe.</param>
/// <param name="Commit">The committed run.</param>
internal sealed record JobFileLines(int Candidates, ImmutableArray<int> Strategies, int BatchSizes, int Baseline, int Probe, int Commit)
{
    public int Of(CandidateError error) => error.Strategy is { } index && index < Strategies.Length ? Strategies[index]
        : error.Path.StartsWith("batchSizes", StringComparison.Ordinal) ? BatchSizes : Candidates;
}

/// <summary>An objective before the workload's metric is known.</summary>
internal sealed record JobGoal(ObjectiveKind Kind, double? Target, double? DeadlineSeconds, double? SecondsPerUnit)
{
    public Objective For(WorkloadDescription workload) => new()
    {
        Kind = Kind,
        Metric = workload.Metric,
        Direction = workload.Direction,
        Target = Target,
        DeadlineSeconds = DeadlineSeconds,
        SecondsPerUnit = SecondsPerUnit,
    };
}

/// <summary>A job file, or all its errors. The workload is given even beside errors where it could be read.</summary>
internal sealed record JobFileReading(JobFile? File, IReadOnlyList<JobFileError> Errors, WorkloadReference? Workload, int WorkloadLine = 1);
