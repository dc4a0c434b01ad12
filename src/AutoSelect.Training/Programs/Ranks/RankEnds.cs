namespace AutoSelect.Training.Programs.Ranks;

/// <summary>
/// Says what the ends of the ranks' programs come to, the same on all ranks since all see the same news. Where one fails the others fail of
/// it a moment later: the one to blame is the first, of those that say most why. Pure.
/// </summary>
internal sealed class RankEnds
{
    /// <summary>News for which the end of a program that may have been the first is waited for, about a second.</summary>
    private const int Patience = 20;

    private int sinceFailure;

    /// <param name="all">News of all ranks, in their order.</param>
    /// <returns>Null while it is open.</returns>
    public RankVerdict? Next(ReadOnlySpan<RankNews> all)
    {
        var (isRunning, culprit) = (false, -1);
        for (var rank = 0; rank < all.Length; rank++)
        {
            isRunning |= all[rank].State == RankState.Running;
            if (all[rank].State == RankState.Failed && (culprit < 0 || Blame(all[rank]).CompareTo(Blame(all[culprit])) > 0)) culprit = rank;
        }
        // With its end the first rank takes away what others may still have had to say to it.
        if (all[0].State == RankState.Ended) return isRunning ? null : new(RankVerdictKind.Ended, 0);
        if (culprit < 0 || (isRunning && ++sinceFailure < Patience)) return null;
        return all[0].IsPortTaken ? new(RankVerdictKind.Again, 0) : new(RankVerdictKind.Failed, culprit);
    }

    private static (RankFault Fault, double SecondsSinceEnd) Blame(RankNews news) => (news.Fault, news.SecondsSinceEnd);
}

/// <summary>What the programs' ends come to.</summary>
internal enum RankVerdictKind
{
    /// <summary>All is done.</summary>
    Ended,

    /// <summary>A program failed, and the others by it.</summary>
    Failed,

    /// <summary>The programs did not find each other by no fault of their own: they are started once more.</summary>
    Again,
}

/// <summary>What the programs' ends come to.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Rank">Whose program is to blame.</param>
internal readonly record struct RankVerdict(RankVerdictKind Kind, int Rank);
