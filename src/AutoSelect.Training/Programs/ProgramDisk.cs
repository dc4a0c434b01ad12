namespace AutoSelect.Training.Programs;

/// <summary>Watches what a program writes into its folders, and what that leaves of their file system.</summary>
/// <param name="workspace">Its folders.</param>
/// <param name="process">Holds files open that are in no folder any more.</param>
/// <param name="limit">Bytes that they may hold.</param>
/// <param name="space">Says what the file system of a folder has left.</param>
/// <param name="time">The clock.</param>
internal sealed class ProgramDisk(
    ProgramWorkspace workspace, ProgramProcess process, long limit, Func<string, FileSystemSpace> space, TimeProvider time)
{
    // Many files take long to look at.
    private readonly BackgroundLook<long> look =
        new(() => workspace.Bytes() + process.RemovedBytes(), time, TimeSpan.FromSeconds(.5));

    private bool wasShort;

    /// <summary>How much is left, in words, where that is less than is to be kept; null where it is enough.</summary>
    public string? Shortage => space(workspace.Root) is { IsShort: true } left ? Words(left) : null;

    /// <summary>Looks from time to time; does not wait for it.</summary>
    /// <exception cref="ProtocolBrokenException">It has written too much, or what it has written cannot be known.</exception>
    /// <exception cref="SpaceShortException">
    /// The file system is nearly full, and it is one of those that fill it: it has more there than is left.
    /// </exception>
    public void Check()
    {
        var left = space(workspace.Root);
        if (left.IsShort && !wasShort) look.Hurry();
        wasShort = left.IsShort;
        if (look.Next() is not { } bytes) return;
        if (bytes > limit)
            throw new ProtocolBrokenException($"The program's folders hold {bytes} bytes: they may hold {limit} (workload.disk).");
        if (left.IsShort && bytes > left.FreeBytes)
            throw new SpaceShortException($"The program was ended: its folders hold {bytes} bytes. {Words(left)}");
    }

    private string Words(FileSystemSpace left) =>
        $"The file system of its folder '{workspace.Root}' has {left.FreeBytes} bytes left, and {left.KeptBytes} are to be kept. What was "
        + "stored before is intact; free space, or have the device's TMPDIR elsewhere, then resume.";
}
