using System.Runtime.InteropServices;

namespace AutoSelect.Training.Segments;

/// <summary>Processor time of the calling thread.</summary>
internal static partial class ThreadCpuClock
{
    private const int ThreadCpuTime = 3;

    /// <summary>Seconds; NaN where the system does not tell.</summary>
    public static double Seconds =>
        OperatingSystem.IsLinux() && Read(ThreadCpuTime, out var time) == 0 ? time.Seconds + 1e-9 * time.Nanoseconds : double.NaN;

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int Read(int clock, out TimeSpec time);
}
