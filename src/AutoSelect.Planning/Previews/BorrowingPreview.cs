using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Planning.Previews;

/// <summary>What would be borrowed for a job if it were submitted now, beside what others have asked for already.</summary>
public sealed record BorrowingPreview
{
    /// <summary>Devices that the job has a use for before it commits.</summary>
    public required int Wanted { get; init; }

    /// <summary>Those of them that are one's own and free.</summary>
    public required int Own { get; init; }

    /// <summary>The quota that leaves no more to borrow for, with its figures; empty where none does.</summary>
    public string Blocked { get; init; } = "";

    /// <summary>Seconds from now until which devices are reckoned to be of use; null where that is not known.</summary>
    public double? UsefulSeconds { get; init; }

    /// <summary>What would be asked for.</summary>
    public required ImmutableArray<ForeseenDevices> Devices { get; init; }

    /// <summary>What would not, and why.</summary>
    public required ImmutableArray<NotLent> Refusals { get; init; }

    /// <summary>What schedulers would not say.</summary>
    public required ImmutableArray<string> Faults { get; init; }
}

/// <summary>Devices of one class that would be asked for.</summary>
public sealed record ForeseenDevices
{
    public required int Count { get; init; }

    public required DeviceOrigin Origin { get; init; }

    public required DeviceKind Kind { get; init; }

    /// <summary>Make of the devices; empty where the settings do not say.</summary>
    public string Model { get; init; } = "";

    /// <summary>Seconds until the scheduler is expected to start them.</summary>
    public required double QueueSeconds { get; init; }

    /// <summary>Seconds until they can train.</summary>
    public required double ReadySeconds { get; init; }

    /// <summary>Seconds for which they would be asked for, start-up included.</summary>
    public required double LentSeconds { get; init; }
}
