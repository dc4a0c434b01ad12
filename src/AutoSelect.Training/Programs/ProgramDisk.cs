namespace AutoSelect.Training.Programs;

/// <summary>Watches what a program writes into its folders.</summary>
/// <param name="workspace">Its folders.</param>
/// <param name="limit">Bytes that they may hold.</param>
/// <param name="time">The clock.</param>
internal sealed class ProgramDisk(ProgramWorkspace workspace, long limit, TimeProvider time)
{
    private readonly Pace pace = new(time, TimeSpan.FromSeconds(.5));

    /// <exception cref="ProtocolBrokenException">It has written too much.</exception>
    public void Check()
    {
        if (!pace.IsDue) return;
        var began = time.GetTimestamp();
        var bytes = workspace.Bytes();
        // Many files take long to look at.
        pace.Done(began);
        if (bytes > limit)
            throw new ProtocolBrokenException($"The program's folders hold {bytes} bytes: they may hold {limit} (workload.disk).");
    }
}
