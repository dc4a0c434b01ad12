namespace AutoSelect.Training.Programs;

/// <summary>Watches what a program writes into its folders.</summary>
/// <param name="workspace">Its folders.</param>
/// <param name="limit">Bytes that they may hold.</param>
/// <param name="time">The clock.</param>
internal sealed class ProgramDisk(ProgramWorkspace workspace, long limit, TimeProvider time)
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(.5);

    private long checkedAt;
    private TimeSpan every = TimeSpan.Zero;

    /// <exception cref="ProtocolBrokenException">It has written too much.</exception>
    public void Check()
    {
        if (time.GetElapsedTime(checkedAt) < every) return;
        var began = time.GetTimestamp();
        var bytes = workspace.Bytes();
        checkedAt = time.GetTimestamp();
        // Many files take long to look at: a fiftieth of the time goes to that.
        every = 50 * time.GetElapsedTime(began) is var late && late > Least ? late : Least;
        if (bytes > limit)
            throw new ProtocolBrokenException($"The program's folders hold {bytes} bytes: they may hold {limit} (workload.disk).");
    }
}
