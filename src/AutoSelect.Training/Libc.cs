using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace AutoSelect.Training;

/// <summary>Calls of the system that .NET has no name for; those that fail leave the reason as the last error of P/Invoke.</summary>
internal static partial class Libc
{
    // Of open(2), the same on x86-64 and Arm.
    public const int ReadOnly = 0, ReadWrite = 2, NonBlocking = 0x800, CloseOnExec = 0x80000, PathOnly = 0x200000;

    /// <summary>Signals.</summary>
    public const int Kill = 9, Terminate = 15, Stop = 19;

    /// <summary>Limits.</summary>
    public const int ProcessLimit = 6, LockLimit = 10;

    /// <summary>Errors.</summary>
    public const int InputOutputError = 5, TryAgain = 11, NoMemory = 12;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int handle);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Sync(int handle);

    [LibraryImport("libc", EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakePipe(string path, int mode);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeOwner(string path, int user, int group);

    /// <summary>Waits until there is something to read, or for so many milliseconds.</summary>
    /// <returns>True where there is.</returns>
    public static bool HasInput(SafeFileHandle handle, int milliseconds)
    {
        const short Input = 1;
        var wait = new Poll((int)handle.DangerousGetHandle(), Input, Found: 0);
        return WaitFor(ref wait, 1, milliseconds) > 0;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int WaitFor(ref Poll wait, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int SendSignal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "getpgid")]
    public static partial int GroupOf(int process);

    /// <summary>The hard limit that a process has of something.</summary>
    /// <param name="process">Its number; 0 for this one.</param>
    /// <param name="limit">Of what.</param>
    /// <returns>The highest number for no limit; null where there is no such process, or it is another account's.</returns>
    public static ulong? LimitOf(int process, int limit) => AskLimit(process, limit, 0, out var found) == 0 ? found.Hard : null;

    [LibraryImport("libc", EntryPoint = "prlimit")]
    private static partial int AskLimit(int process, int limit, nint instead, out Limit found);

    private record struct Limit(ulong Soft, ulong Hard);

    private record struct Poll(int File, short Events, short Found);
}
