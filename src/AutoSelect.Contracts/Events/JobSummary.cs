using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>A job as lists show it: derived from its events, kept beside them so that no list reads a curve.</summary>
public sealed record JobSummary
{
    public required JobId Id { get; init; }
    public required string Name { get; init; }
    public required JobPhase Phase { get; init; }
    public required DateTimeOffset SubmittedAt { get; init; }

    /// <summary>When the summary was last written.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Seconds of the job's clock at <see cref="UpdatedAt"/>.</summary>
    public required double ElapsedSeconds { get; init; }

    public required string Workload { get; init; }

    /// <summary>True where clients train its runs elsewhere.</summary>
    public bool IsElsewhere { get; init; }

    public required Objective Objective { get; init; }
    public required int Candidates { get; init; }
    public required string Folder { get; init; }

    /// <summary>Device seconds charged to all trials.</summary>
    public required double ChargedSeconds { get; init; }

    /// <summary>Device seconds of finding out.</summary>
    public required double ProbeSeconds { get; init; }

    /// <summary>Name of the candidate that is committed to; null before.</summary>
    public string? Winner { get; init; }

    /// <summary>Its strategy; null before, and where the summary was stored before there was this.</summary>
    public string? WinnerStrategy { get; init; }

    public Outcome? Outcome { get; init; }

    /// <summary>What went wrong, or is waited for; empty when all is well.</summary>
    public string Notice { get; init; } = "";

    /// <summary>True where no person asked for the pause that is wanted or lasts.</summary>
    public bool IsInterrupted { get; init; }

    /// <summary>True while somebody is still to be told of its end.</summary>
    public bool AwaitsHook { get; init; }

    /// <summary>Project that the job belongs to.</summary>
    public string Project { get; init; } = JobSpec.DefaultProject;

    /// <summary>Who submitted it; empty where it is not known.</summary>
    public string Owner { get; init; } = "";

    /// <summary>See <see cref="JobPriority"/>.</summary>
    public int Priority { get; init; } = JobPriority.Normal;

    /// <summary>What it is expected to come to; null where nothing is known.</summary>
    public ExpectedOutcome? Expected { get; init; }

    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
