using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Commands;

/// <summary>Finds the candidate that would have been run without AutoSelect.</summary>
internal static class Baseline
{
    /// <summary>The strategy people take who do not choose.</summary>
    private const string Usual = "nadamw";

    /// <param name="candidates">At least one.</param>
    /// <param name="asked">A candidate's or a strategy's name; null takes the first nadamw, else the first candidate.</param>
    /// <returns>The candidate's name; null where nothing has the name asked for.</returns>
    public static string? Of(ImmutableArray<Candidate> candidates, string? asked)
    {
        var name = asked ?? Usual;
        var found = candidates.FirstOrDefault(c => c.Name == name) ?? candidates.FirstOrDefault(c => c.Strategy == name);
        return found?.Name ?? (asked is null ? candidates[0].Name : null);
    }
}
