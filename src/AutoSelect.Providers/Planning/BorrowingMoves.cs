using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Providers;

/// <summary>What a borrowing plan does now, and what it does not, with reasons for people.</summary>
public sealed record BorrowingMoves(
    ImmutableArray<RequestMove> Requests, ImmutableArray<ReleaseMove> Releases, ImmutableArray<NotBorrowed> Refusals);

/// <summary>Ask for one device.</summary>
/// <param name="Class">Of which class.</param>
/// <param name="AtMost">For how long.</param>
/// <param name="Job">Which job has a use for it first; the pool may grant it to another.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="QueueTime">Time until it is expected to start.</param>
public sealed record RequestMove(DeviceClass Class, TimeSpan AtMost, JobId Job, string Reason, TimeSpan QueueTime);

/// <summary>Give one device back, or withdraw its request.</summary>
public sealed record ReleaseMove(BorrowLabel Label, ReleaseCause Cause, string Reason);

/// <summary>Why a device is given back.</summary>
public enum ReleaseCause
{
    /// <summary>Nobody used it for the time that it may be idle.</summary>
    Idle,

    /// <summary>The scheduler had started it long ago and it did not register.</summary>
    NeverCame,

    /// <summary>It waits and nobody wants it any more.</summary>
    Unwanted,

    /// <summary>It waits and would come too late to matter.</summary>
    TooLate,
}

/// <summary>Devices that a job lacks and that are not asked for.</summary>
/// <param name="Job">Which job.</param>
/// <param name="Class">Of which class; null where the limit of all classes is what stands against it.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record NotBorrowed(JobId Job, string? Class, string Reason);
