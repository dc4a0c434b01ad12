namespace AutoSelect.Contracts;

/// <summary>What a device process says when it starts, and after it lost the control side.</summary>
public sealed record DeviceRegistration
{
    /// <summary>What the process offers.</summary>
    public required DeviceDescription Device { get; init; }

    /// <summary>The assignment that it still trains, to be told whether it may go on; null when idle.</summary>
    public RunningSegment? Running { get; init; }

    /// <summary><see cref="DeviceProtocol.Version"/> of the process.</summary>
    public required int Protocol { get; init; }

    /// <summary><see cref="DeviceProtocol.Build"/> of the process, for people.</summary>
    public required string Build { get; init; }
}

/// <summary>A rank that looks for the others of its group.</summary>
/// <param name="Placement">Who comes.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="Patience">Longest wait, in seconds from 0 to <see cref="DeviceProtocol.LongestPatience"/>.</param>
public sealed record RankMeetingCall(RankPlacement Placement, RankAddress Address, double Patience);
