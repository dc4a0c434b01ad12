namespace AutoSelect.Communication;

/// <summary>
/// What a rank knows of the others: who has left, and whether the group is broken. Written by several threads; the first loss stays.
/// </summary>
internal sealed class GroupHealth(int rank, int size, long generation)
{
    private readonly bool[] left = new bool[size];
    private RankLostException? failure;

    /// <summary>Raised once, on the thread that reports the loss.</summary>
    public event Action<int, RankLoss>? Failed;

    public bool Broken => Volatile.Read(ref failure) is not null;

    public bool HasLeft(int peer) => Volatile.Read(ref left[peer]);

    public void MarkLeft(int peer) => Volatile.Write(ref left[peer], true);

    public void Lose(int lost, RankLoss loss)
    {
        if (Interlocked.CompareExchange(ref failure, new RankLostException(lost, loss, rank, size, generation), null) is null)
            Failed?.Invoke(lost, loss);
    }

    /// <exception cref="RankLostException">A rank was lost.</exception>
    public void ThrowIfBroken()
    {
        // A new exception each time: an exception object thrown from several threads would mix their stack traces.
        if (Volatile.Read(ref failure) is { } cause) throw new RankLostException(cause.Rank, cause.Loss, rank, size, generation);
    }
}
