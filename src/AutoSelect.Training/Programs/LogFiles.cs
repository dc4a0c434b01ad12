namespace AutoSelect.Training.Programs;

/// <summary>A file that a program writes, and how far it was read.</summary>
internal sealed class LogFile
{
    /// <summary>Bytes read, or passed over before they are there.</summary>
    public long Read { get; set; }

    /// <summary>Bytes that it had when it was looked at last.</summary>
    public long Length { get; set; }

    /// <summary>Names of its columns, once they are known.</summary>
    public string[]? Columns { get; set; }
}

/// <summary>Follows files that a program writes into its working folder.</summary>
/// <param name="pattern">Path within the folder, "*" for any part of a name.</param>
/// <param name="time">The clock.</param>
internal sealed class LogFiles(string pattern, TimeProvider time)
{
    /// <summary>Bytes taken from a file at once; no line may be longer.</summary>
    public const int Most = 1 << 20;

    /// <summary>Files looked at, at most: of a program that makes more, the first by name.</summary>
    private const int MostFiles = 100;

    private readonly Dictionary<string, LogFile> known = new(StringComparer.Ordinal);
    private readonly Pace pace = new(time, TimeSpan.Zero);
    private readonly string[] parts = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
    private string[] paths = [];

    /// <summary>Files that have grown, with what has come; those that have gone meanwhile are none.</summary>
    /// <param name="folder">The working folder.</param>
    /// <param name="isLast">True where new files are looked for however long that takes.</param>
    /// <param name="take">Takes bytes, and says how many it has made use of: the others come again, with more behind them.</param>
    public void Follow(string folder, bool isLast, Func<LogFile, ReadOnlyMemory<byte>, long> take)
    {
        if (isLast || pace.IsDue) Look(folder);
        foreach (var path in paths)
        {
            if (!known.TryGetValue(path, out var file)) known[path] = file = new LogFile();
            try
            {
                while (TakeNew(path, file, take)) { }
            }
            catch (IOException)
            {
                // What cannot be read now may be later.
            }
        }
    }

    private void Look(string folder)
    {
        var began = time.GetTimestamp();
        try
        {
            paths = [.. Find(folder, 0).Order(StringComparer.Ordinal).Take(MostFiles)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Folders go while they are looked at.
        }
        pace.Done(began);
    }

    /// <returns>True where there may be more.</returns>
    private static bool TakeNew(string path, LogFile file, Func<LogFile, ReadOnlyMemory<byte>, long> take)
    {
        using var stream = ProgramFolder.TryOpen(path, out _);
        // Gone, or no file any more.
        if (stream is null) return false;
        var length = stream.Length;
        // Begun anew.
        if (length < file.Length) file.Read = 0;
        file.Length = length;
        if (length <= file.Read) return false;
        stream.Position = file.Read;
        var bytes = new byte[(int)Math.Min(length - file.Read, Most)];
        var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var used = take(file, bytes.AsMemory(0, count));
        if (used == 0 && count == Most) throw new ProtocolBrokenException($"'{path}' has a line of over {Most} bytes.");
        file.Read += used;
        return used > 0 && count == Most;
    }

    private IEnumerable<string> Find(string folder, int part)
    {
        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        if (!Directory.Exists(folder)) return [];
        if (part == parts.Length - 1) return Directory.EnumerateFiles(folder, parts[part], options);
        if (parts[part] != "**") return Directory.EnumerateDirectories(folder, parts[part], options).SelectMany(f => Find(f, part + 1));
        options.RecurseSubdirectories = true;
        options.MaxRecursionDepth = 8;
        return Directory.EnumerateDirectories(folder, "*", options).Append(folder).SelectMany(f => Find(f, part + 1));
    }
}
