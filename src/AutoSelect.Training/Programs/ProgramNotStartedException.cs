using System.ComponentModel;
using AutoSelect.Contracts;

namespace AutoSelect.Training.Programs;

/// <summary>A program cannot be started; the message says which and why.</summary>
/// <param name="program">The program.</param>
/// <param name="fault">What the system says.</param>
internal sealed class ProgramNotStartedException(string program, Win32Exception fault)
    : Exception($"The program '{program}' cannot be started: {fault.Message}. {Hint(fault)}", fault)
{
    /// <summary>What becomes of the segment. The machine may have no process or memory left because of other programs.</summary>
    public SegmentEnd End { get; } = IsShortage(fault) ? SegmentEnd.DeviceLost : SegmentEnd.Failed;

    private static bool IsShortage(Win32Exception fault) => fault.NativeErrorCode is Libc.TryAgain or Libc.NoMemory;

    private static string Hint(Win32Exception fault) => IsShortage(fault)
        ? "The machine has no processes or no memory left." : "Programs need setsid, setpriv and prlimit of util-linux.";
}
