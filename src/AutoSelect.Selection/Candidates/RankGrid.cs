using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Candidates;

/// <summary>
/// Numbers of ranks, and what they send each other, that are crossed with each other and with the rest of a candidate; an empty list leaves
/// the default.
/// </summary>
public sealed record RankGrid
{
    /// <summary>Default 1.</summary>
    public ImmutableArray<int> Ranks { get; init; } = [];

    /// <summary>Default fp32, with one rank none.</summary>
    public ImmutableArray<GradientCommunication> Communication { get; init; } = [];

    /// <summary>The one combination that a candidate has.</summary>
    public static RankGrid ForCandidate(Candidate candidate) =>
        new() { Ranks = [candidate.Ranks], Communication = [GradientCommunication.Parse(candidate.Communication)] };

    /// <summary>This grid, with the other's lists where this one has none.</summary>
    public RankGrid Else(RankGrid other) => new()
    {
        Ranks = Ranks.IsDefaultOrEmpty ? other.Ranks : Ranks,
        Communication = Communication.IsDefaultOrEmpty ? other.Communication : Communication,
    };

    /// <summary>All combinations, in the order of the lists. One rank beside others has nobody to talk to and takes none; alone with a
    /// communication it is left as it was asked for, to be refused.</summary>
    public IEnumerable<(int Ranks, string Communication)> Cross()
    {
        ImmutableArray<int> ranks = Ranks.IsDefaultOrEmpty ? [1] : Ranks;
        GradientCommunication none = default, exact = new(CommunicationKind.Fp32);
        var isMixed = ranks.Any(n => n > 1);
        foreach (var n in ranks)
        {
            ImmutableArray<GradientCommunication> given = Communication.IsDefaultOrEmpty ? [n > 1 ? exact : none] : Communication;
            if (n == 1 && isMixed) given = [none];
            else if (n > 1 && ranks.Contains(1) && given.Any(c => c != none)) given = given.Remove(none);
            foreach (var communication in given) yield return (n, communication.ToString());
        }
    }
}
