namespace AutoSelect.Training.Programs.Ranks;

/// <summary>
/// Says what the ends of the ranks' programs come to, the same on all ranks since all see the same news. Where one fails the others fail of
/// it a moment later: the one to blame is the first, of those that say most why. Pure.
/// </summary>
internal static class RankEnds
{
    /// <summary>Seconds since one failed for which the end of another that may have been the first is waited for.</summary>
    private const double PatienceSeconds = 10;

    /// <param name="all">News of all ranks, in their order.</param>
    /// <returns>Null while it is open.</returns>
    public static RankVerdict? Next(ReadOnlySpan<RankNews> all)
    {
        var (isRunning, culprit, sinceFirst) = (false, -1, 0.0);
        for (var rank = 0; rank < all.Length; rank++)
        {
            isRunning |= all[rank].State == RankState.Running;
            if (all[rank].State != RankState.Failed) continue;
            sinceFirst = Math.Max(sinceFirst, all[rank].SecondsSinceEnd);
            if (culprit < 0 || Blame(all[rank]).CompareTo(Blame(all[culprit])) > 0) culprit = rank;
        }
        // With its end the first rank takes away what others may still have had to say to it.
        if (all[0].State == RankState.Ended) return isRunning ? null : new(RankVerdictKind.Ended, 0);
        // Whatever the others' ends would be.
        if (all[0].IsPortTaken) return new(RankVerdictKind.Again, 0);
        if (culprit < 0 || (isRunning && sinceFirst < PatienceSeconds)) return null;
        return new(RankVerdictKind.Failed, culprit);
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
