using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Candidates;

/// <summary>The candidates of a request, and everything that is wrong with it, all at once.</summary>
public sealed record CandidateExpansion
{
    /// <summary>Candidates with unique names, without duplicates; incomplete when there are errors.</summary>
    public required ImmutableArray<Candidate> Candidates { get; init; }

    public required ImmutableArray<CandidateError> Errors { get; init; }

    /// <summary>What its user should know although nothing is wrong.</summary>
    public ImmutableArray<CandidateNote> Notes { get; init; } = [];
}

/// <summary>Something in a request that came out otherwise than a rule asks for.</summary>
/// <param name="Path">Where, such as candidates[1] or batchSizes.</param>
/// <param name="Message">What, for people.</param>
public sealed record CandidateNote(string Path, string Message);

/// <summary>One mistake in a request.</summary>
/// <param name="Strategy">Index into <see cref="CandidateRequest.Strategies"/>; null when it concerns the request as a whole.</param>
/// <param name="Path">Where, such as candidates[1].values.learningRate or batchSizes[0].</param>
/// <param name="Value">What stands there.</param>
/// <param name="Rule">What it must be.</param>
public sealed record CandidateError(int? Strategy, string Path, string Value, string Rule)
{
    public override string ToString() => $"{Path} is '{Value}': {Rule}";
}
