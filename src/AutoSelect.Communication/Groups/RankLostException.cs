namespace AutoSelect.Communication;

/// <summary>A rank was lost; the group is of no more use on any rank and has to be formed anew.</summary>
public sealed class RankLostException : Exception
{
    internal RankLostException(int rank, RankLoss loss, int seenBy, int size, long generation)
        : base($"Rank {rank} of {size} {Describe(loss)}; generation {generation} of the group is aborted on rank {seenBy}.") =>
            (Rank, Loss) = (rank, loss);

    /// <summary>The same again, to be thrown on another thread.</summary>
    internal RankLostException(RankLostException cause)
        : base(cause.Message, cause) => (Rank, Loss) = (cause.Rank, cause.Loss);

    /// <summary>The lost rank.</summary>
    public int Rank { get; }

    /// <summary>How it was lost.</summary>
    public RankLoss Loss { get; }

    private static string Describe(RankLoss loss) => loss switch
    {
        RankLoss.Closed => "closed its connection (the process ended or the network broke)",
        RankLoss.Silent => "was silent for longer than the silence timeout",
        RankLoss.Stalled =>
            "is alive but took no part in a collective within the stall timeout (or was given other arguments than the rest)",
        RankLoss.Left => "left the group while data was expected from it",
        RankLoss.Aborted => "aborted the group",
        _ => throw new ArgumentOutOfRangeException(nameof(loss), loss, null),
    };
}
