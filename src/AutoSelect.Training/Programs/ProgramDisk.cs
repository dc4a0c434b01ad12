namespace AutoSelect.Training.Programs;

/// <summary>Watches what a program writes into its folders; many files take long to look at.</summary>
/// <param name="workspace">Its folders.</param>
/// <param name="process">Holds files open that are in no folder any more.</param>
/// <param name="limit">Bytes that they may hold.</param>
/// <param name="time">The clock.</param>
internal sealed class ProgramDisk(ProgramWorkspace workspace, ProgramProcess process, long limit, TimeProvider time)
{
    private readonly BackgroundLook<long> look =
        new(() => workspace.Bytes() + process.RemovedBytes(), time, TimeSpan.FromSeconds(.5));

    /// <summary>Looks from time to time; does not wait for it.</summary>
    /// <exception cref="ProtocolBrokenException">It has written too much, or what it has written cannot be known.</exception>
    public void Check()
    {
        if (look.Next() is { } bytes && bytes > limit)
            throw new ProtocolBrokenException($"The program's folders hold {bytes} bytes: they may hold {limit} (workload.disk).");
    }
}
