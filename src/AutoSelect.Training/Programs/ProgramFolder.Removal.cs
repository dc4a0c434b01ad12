using Microsoft.Win32.SafeHandles;

namespace AutoSelect.Training.Programs;

public static partial class ProgramFolder
{
    private const UnixFileMode OwnersAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static readonly EnumerationOptions NoLinks =
        new() { AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };

    /// <summary>
    /// Removes a folder that a program has filled, also where it has taken from its owner the right to. What cannot be removed is left.
    /// </summary>
    /// <param name="folder">Its path, without links on its way.</param>
    public static void Remove(string folder)
    {
        if (TryRemove(folder)) return;
        Unlock(folder);
        TryRemove(folder);
    }

    private static bool TryRemove(string folder)
    {
        try
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Gives the owner of a folder, and of those in it, all rights to it.</summary>
    private static void Unlock(string folder)
    {
        var left = new Stack<string>([folder]);
        while (left.TryPop(out var next))
        {
            try
            {
                using var handle = new SafeFileHandle(Libc.Open(next, Libc.PathOnly | Libc.CloseOnExec), ownsHandle: true);
                // The mode of what a link leads to is nobody's here to change.
                if (handle.IsInvalid || PathOf(handle) != next) continue;
                if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(PathTo(handle), OwnersAll);
                foreach (var inner in Directory.EnumerateDirectories(next, "*", NoLinks)) left.Push(inner);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Gone, or somebody else's.
            }
        }
    }
}
