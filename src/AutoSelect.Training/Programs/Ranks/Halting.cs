namespace AutoSelect.Training.Programs.Ranks;

/// <summary>
/// Finds the step after which an order takes effect on all ranks alike, however far apart they are: each program promises a step that it
/// does not go beyond before it has heard more, and the latest of those steps is it. Every rank keeps one of these and shows it the same
/// news in the same order, so that all come to the same. Pure.
/// </summary>
internal sealed class Halting
{
    private bool isPaused;

    /// <summary>True while programs are to promise a step.</summary>
    public bool IsAsking { get; private set; }

    /// <summary>What is to be said to the own program now.</summary>
    /// <param name="all">News of all ranks, in their order.</param>
    public HaltMove Next(ReadOnlySpan<RankNews> all)
    {
        if (isPaused) return default;
        var reason = Reason(all);
        if (!IsAsking)
        {
            IsAsking = reason != HaltReason.None;
            return new(IsAsking, HaltReason.None, 0);
        }
        var at = 0L;
        foreach (var news in all)
        {
            if (news.HaltAt < 0) return default;
            at = Math.Max(at, news.HaltAt);
        }
        IsAsking = false;
        isPaused = reason == HaltReason.Pause;
        // Whoever has promised waits to be told, also where the wish is gone.
        return new(false, reason == HaltReason.None ? HaltReason.Save : reason, at);
    }

    private static HaltReason Reason(ReadOnlySpan<RankNews> all)
    {
        foreach (var news in all)
            if (news.Order != Contracts.SegmentOrder.Continue) return HaltReason.Pause;
        return all[0].Wish;
    }
}

/// <summary>What follows for a rank from news.</summary>
/// <param name="IsAsked">Its program is asked for a promise.</param>
/// <param name="Reason">What its program is told to do, where all have promised.</param>
/// <param name="At">The step after which to do it.</param>
internal readonly record struct HaltMove(bool IsAsked, HaltReason Reason, long At);
