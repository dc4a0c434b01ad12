using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AutoSelect.Training.Programs;

/// <summary>
/// A folder that a program has filled, read as what a stranger has written: it may hold links, pipes and devices, and change meanwhile.
/// </summary>
public static partial class ProgramFolder
{
    /// <summary>Most files of a checkpoint.</summary>
    internal const int MostFiles = 10_000;

    /// <summary>Most folders of a checkpoint within each other.</summary>
    private const int Deepest = 64;

    // One deeper than may be, to see it.
    private static readonly EnumerationOptions All =
        new() { RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = false, MaxRecursionDepth = Deepest + 1 };

    /// <summary>The full path of a folder that a program names.</summary>
    /// <param name="folder">As the program says it.</param>
    /// <param name="place">Where it may make folders.</param>
    /// <exception cref="ProtocolBrokenException">It is no folder in that place.</exception>
    internal static string Within(string folder, string place)
    {
        var full = folder.Contains('\0', StringComparison.Ordinal) ? ""
            : Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder, place));
        var isWithin = full.StartsWith(place + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        if (!isWithin || !Directory.Exists(full) || HasLink(full, place))
            throw new ProtocolBrokenException(
                $"The program saved to '{ProgramOutput.Printable(folder)}': a checkpoint must be a folder within "
                + $"{ProgramProtocol.CheckpointsVariable} ('{place}').");
        return full;
    }

    /// <summary>Paths of its files below it, in order.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="isAnswer">True where it was not filled to be kept: links are passed over, and it may be empty.</param>
    /// <exception cref="ProtocolBrokenException">It holds what a checkpoint cannot.</exception>
    internal static string[] Files(string folder, bool isAnswer)
    {
        try
        {
            var entries = 0;
            var files = Directory.EnumerateFileSystemEntries(folder, "*", All).Select(entry =>
            {
                // A folder may be full of folders.
                if (++entries > 2 * MostFiles)
                    throw new ProtocolBrokenException($"The checkpoint '{folder}' has more than {2 * MostFiles} files and folders.");
                var name = Path.GetRelativePath(folder, entry);
                if (name.Count(c => c == Path.DirectorySeparatorChar) > Deepest)
                    throw new ProtocolBrokenException($"The checkpoint '{folder}' has more than {Deepest} folders within each other.");
                var attributes = File.GetAttributes(entry);
                var isLink = attributes.HasFlag(FileAttributes.ReparsePoint);
                if (isLink && !isAnswer) throw new ProtocolBrokenException(NotKept(entry));
                return isLink || attributes.HasFlag(FileAttributes.Directory) ? null : name;
            }).OfType<string>().Order(StringComparer.Ordinal).ToArray();
            if (files.Length == 0 && !isAnswer)
                throw new ProtocolBrokenException($"The checkpoint '{folder}' is empty: it must hold at least one file.");
            return files.Length <= MostFiles ? files
                : throw new ProtocolBrokenException($"The checkpoint '{folder}' has more than {MostFiles} files.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProtocolBrokenException($"The checkpoint '{folder}' cannot be read: {e.Message}");
        }
    }

    /// <summary>Opens a file of it.</summary>
    /// <exception cref="ProtocolBrokenException">It cannot be read, is no file, or leads elsewhere.</exception>
    internal static FileStream Open(string path) => TryOpen(path, out var fault) ?? throw new ProtocolBrokenException(fault);

    /// <summary>Bytes of a file.</summary>
    /// <param name="link">What leads to it.</param>
    /// <param name="path">Its path.</param>
    /// <returns>0 where it is no file, or something else by now.</returns>
    internal static long LengthOf(string link, string path)
    {
        using var handle = OpenToRead(link);
        using var stream = !handle.IsInvalid && PathOf(handle) == path ? OpenedFile(handle) : null;
        return stream?.Length ?? 0;
    }

    /// <summary>Opens a file that a program may have removed, or replaced by something else.</summary>
    /// <param name="path">The file.</param>
    /// <param name="fault">Why it cannot be read.</param>
    /// <returns>Null where it cannot be read, is no file, or leads elsewhere.</returns>
    internal static FileStream? TryOpen(string path, out string fault)
    {
        fault = "";
        var handle = OpenToRead(path);
        if (handle.IsInvalid) fault = $"The checkpoint's file '{path}' cannot be read: {Marshal.GetLastPInvokeErrorMessage()}.";
        // It, or a folder on its way, may have been made a link since it was looked at.
        else if (PathOf(handle) == path && OpenedFile(handle) is { } stream) return stream;
        else fault = NotKept(path);
        handle.Dispose();
        return null;
    }

    /// <summary>The path of a folder without links on its way.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static string Canonical(string folder)
    {
        using var handle = OpenToRead(folder);
        return handle.IsInvalid ? throw new IOException($"'{folder}' cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}.")
            : PathOf(handle) ?? folder;
    }

    /// <summary>Does not wait at a pipe.</summary>
    private static SafeFileHandle OpenToRead(string path) =>
        new(Libc.Open(path, Libc.ReadOnly | Libc.NonBlocking | Libc.CloseOnExec), ownsHandle: true);

    private static string? PathOf(SafeFileHandle handle) => new FileInfo(PathTo(handle)).LinkTarget;

    private static string PathTo(SafeFileHandle handle) => $"/proc/self/fd/{handle.DangerousGetHandle()}";

    private static FileStream? OpenedFile(SafeFileHandle handle)
    {
        try
        {
            var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
            return stream.CanSeek ? stream : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>True where the folder does not lie in the place itself.</summary>
    private static bool HasLink(string folder, string place)
    {
        try
        {
            for (var path = folder; path.Length > place.Length; path = Path.GetDirectoryName(path)!)
                if (File.GetAttributes(path).HasFlag(FileAttributes.ReparsePoint)) return true;
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It was removed just now.
            return true;
        }
    }

    private static string NotKept(string entry) =>
        $"The checkpoint holds '{ProgramOutput.Printable(entry)}': only files and folders can be kept, no links or devices.";
}
