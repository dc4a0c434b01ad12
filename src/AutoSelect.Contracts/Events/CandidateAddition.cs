using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>Candidates that join a job while it runs, with what is foreseen of them.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.CandidateAddition")]
public sealed record CandidateAddition
{
    /// <summary>At least one; named as none of the job's are.</summary>
    [Id(0)] public required ImmutableArray<Candidate> Candidates { get; init; }

    /// <summary>Their step times by name, as the performance model predicts them from earlier jobs.</summary>
    [Id(1)]
    public ImmutableSortedDictionary<string, StepTimeForecast> StepTimes { get; init; } =
        ImmutableSortedDictionary<string, StepTimeForecast>.Empty;

    /// <summary>How their steps carry over to other numbers of devices; null where none of them needs that.</summary>
    [Id(2)] public RankForecast? Ranks { get; init; }
}
