using System.Runtime.InteropServices;

namespace AutoSelect.Communication;

/// <summary>The calls of the C library that .NET has no name for: waiting on memory and on several sockets, and pinning.</summary>
internal static unsafe partial class Native
{
    public const short Readable = 1;
    public const short Writable = 4;

    private const int FutexWait = 0;
    private const int FutexWake = 1;

    private static readonly nint futex = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 202,
        Architecture.Arm64 => 98,
        var other => throw new PlatformNotSupportedException($"Shared memory between ranks needs x64 or arm64 Linux, not {other}."),
    };

    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;

        public static TimeSpec FromSeconds(double seconds) =>
            new() { Seconds = (nint)seconds, Nanoseconds = (nint)((seconds - (nint)seconds) * 1e9) };
    }

    /// <summary>Sleeps until one of the sockets is ready, or at most so long.</summary>
    /// <returns>How many are ready.</returns>
    public static int Poll(PollEntry* entries, int count, double seconds)
    {
        var timeout = TimeSpec.FromSeconds(seconds);
        return ppoll(entries, (nuint)count, &timeout, null);
    }

    /// <summary>
    /// Sleeps while the word has this value, until <see cref="Wake"/> or at most so long. The word may be shared between processes.
    /// </summary>
    public static void WaitWhile(int* word, int value, double seconds)
    {
        var timeout = TimeSpec.FromSeconds(seconds);
        _ = syscall(futex, word, FutexWait, value, &timeout, null, 0);
    }

    public static void Wake(int* word) => _ = syscall(futex, word, FutexWake, int.MaxValue, null, null, 0);

    /// <summary>Restricts the calling thread to one processor.</summary>
    /// <returns>Whether the system allowed it.</returns>
    public static bool Pin(int processor)
    {
        var mask = stackalloc ulong[16];
        new Span<ulong>(mask, 16).Clear();
        if (processor >= 1024) return false;
        mask[processor / 64] = 1ul << (processor % 64);
        return sched_setaffinity(0, 128, mask) == 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int eventfd(uint value, int flags);

    [LibraryImport("libc")]
    public static partial nint write(int descriptor, void* data, nuint bytes);

    [LibraryImport("libc")]
    public static partial int close(int descriptor);

    [LibraryImport("libc")]
    private static partial int ppoll(PollEntry* entries, nuint count, TimeSpec* timeout, void* signals);

    [LibraryImport("libc")]
    private static partial nint syscall(nint number, int* word, int operation, int value, TimeSpec* timeout, int* second, int third);

    [LibraryImport("libc")]
    private static partial int sched_setaffinity(int thread, nuint bytes, ulong* mask);
}
