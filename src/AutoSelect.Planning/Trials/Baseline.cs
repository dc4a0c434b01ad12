using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Planning.Trials;

/// <summary>Finds the candidate that would have been run without AutoSelect.</summary>
internal static class Baseline
{
    /// <param name="candidates">At least one.</param>
    /// <param name="asked">A candidate's or a strategy's name; null takes the first nadamw, else the first candidate.</param>
    /// <returns>The candidate's name; null where nothing has the name asked for.</returns>
    public static string? Choose(ImmutableArray<Candidate> candidates, string? asked)
    {
        if (asked is null) return CandidateGenerator.Baseline(candidates);
        return (candidates.FirstOrDefault(c => c.Name == asked)
            ?? candidates.Where(c => c.Strategy == asked).MinBy(c => c.Continues is not null))?.Name;
    }
}
