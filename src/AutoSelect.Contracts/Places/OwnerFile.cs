namespace AutoSelect.Contracts;

/// <summary>Files with secrets: their owner alone may read and write them, from their first byte on.</summary>
public static class OwnerFile
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Opens a file; one that is made thereby is the owner's alone, one that is there keeps its mode.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">One that may make it.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Owner;
        return new FileStream(path, options);
    }

    /// <summary>Writes a file as a whole: readers see what was there before, or all of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="write">Writes its content.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Nor may it be.</exception>
    public static void Replace(string path, Action<Stream> write)
    {
        var unfinished = path + ".new";
        // One that was left behind may be somebody else's to read.
        File.Delete(unfinished);
        using (var file = Open(unfinished, FileMode.CreateNew)) write(file);
        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Makes a folder for its owner alone; one that is there stays as it is.</summary>
    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, Owner | UnixFileMode.UserExecute);
    }
}
