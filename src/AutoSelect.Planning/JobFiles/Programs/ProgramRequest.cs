using System.Collections.Immutable;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Planning.JobFiles;

/// <summary>What a job file says of the candidates of a program, before they are expanded.</summary>
/// <param name="Steps">Steps of a run of a candidate that names none of its own.</param>
/// <param name="Arguments">Arguments of all candidates, each as JSON.</param>
/// <param name="Candidates">As declared; those that break a rule too, so that indices are those of the file.</param>
/// <param name="Seed">Of points drawn, and of every candidate.</param>
/// <param name="Ranks">Devices of a candidate that names none of its own; several are crossed, none is 1.</param>
internal sealed record ProgramRequest(
    long Steps, ImmutableSortedDictionary<string, string> Arguments, ImmutableArray<ProgramCandidateRequest> Candidates, long Seed,
    ImmutableArray<int> Ranks)
{
    /// <summary>Devices of a declared candidate, at least one number.</summary>
    public ImmutableArray<int> RanksOf(ProgramCandidateRequest declared) =>
        !declared.Ranks.IsEmpty ? declared.Ranks : Ranks.IsEmpty ? [1] : Ranks;
}

/// <summary>A declared candidate of a program.</summary>
internal sealed record ProgramCandidateRequest
{
    public required string Name { get; init; }

    /// <summary>The strategy of the catalogue that it is like; null for none.</summary>
    public string? Like { get; init; }

    /// <summary>Values by argument, each as JSON; several are crossed.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Arguments { get; init; } =
        ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>Ranges by argument, from which points are drawn.</summary>
    public ImmutableSortedDictionary<string, SearchRange> Ranges { get; init; } = ImmutableSortedDictionary<string, SearchRange>.Empty;

    /// <summary>Points drawn from the ranges; default 1 per range.</summary>
    public int? Points { get; init; }

    /// <summary>Steps of a run; null takes the workload's.</summary>
    public long? Steps { get; init; }

    /// <summary>Devices; empty takes the job's.</summary>
    public ImmutableArray<int> Ranks { get; init; } = [];
}
