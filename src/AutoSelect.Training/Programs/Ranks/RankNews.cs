using System.Runtime.InteropServices;
using AutoSelect.Contracts;

namespace AutoSelect.Training.Programs.Ranks;

/// <summary>What a rank tells the others of its program, many times a second.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal record struct RankNews
{
    public RankNews()
    {
    }

    /// <summary>The last step that its program has promised to halt after when it was asked last; −1 until it has.</summary>
    public long HaltAt { get; set; } = -1;

    /// <summary>Seconds since its program has ended.</summary>
    public double SecondsSinceEnd { get; set; }

    /// <summary>What its device was told.</summary>
    public SegmentOrder Order { get; set; }

    /// <summary>What it wants of all programs; the first rank's counts.</summary>
    public HaltReason Wish { get; set; }

    public RankState State { get; set; }

    /// <summary>Of a program that failed.</summary>
    public RankFault Fault { get; set; }

    /// <summary>The first rank's: its program failed while a stranger listened on the port that was meant for it.</summary>
    public bool IsPortTaken { get; set; }

    /// <summary>True once it needs no more news.</summary>
    public bool IsLeaving { get; set; }
}

/// <summary>What programs halt for after the same step.</summary>
internal enum HaltReason
{
    None,
    Save,
    Pause,
}

/// <summary>How the program of a rank stands.</summary>
internal enum RankState
{
    Running,

    /// <summary>At its end, as it should be.</summary>
    Ended,
    Failed,
}

/// <summary>How a program failed; the later the likelier it is that the others failed of it, and not it of theirs.</summary>
internal enum RankFault
{
    None,
    ExitCode,
    Signal,
    OutOfMemory,
}
