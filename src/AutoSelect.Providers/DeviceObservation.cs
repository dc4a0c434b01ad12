namespace AutoSelect.Providers;

/// <summary>What a scheduler does with a request.</summary>
public enum BorrowState
{
    /// <summary>It waits for its turn.</summary>
    Queued,

    /// <summary>It has a place and is being prepared.</summary>
    Starting,

    /// <summary>Its process runs; whether the device has registered is the pool's to know.</summary>
    Running,

    /// <summary>It is being ended.</summary>
    Ending,

    /// <summary>It has ended.</summary>
    Gone,
}

/// <summary>Why a device is gone. None but <see cref="Failed"/> says anything about what ran on it.</summary>
public enum EndReason
{
    /// <summary>It is not gone, or nobody knows: the node was lost, the scheduler has forgotten it.</summary>
    Unknown,

    /// <summary>The scheduler took it back for somebody else.</summary>
    Preempted,

    /// <summary>It was given back, cancelled by somebody, or ended by itself in order.</summary>
    Released,

    /// <summary>The time it was asked for was over.</summary>
    Expired,

    /// <summary>Its process failed.</summary>
    Failed,
}

/// <summary>A request as the scheduler has it.</summary>
public sealed record DeviceObservation
{
    public required BorrowLabel Label { get; init; }

    /// <summary>Name of its class; empty where the scheduler does not hold it.</summary>
    public required string Class { get; init; }

    public required BorrowState State { get; init; }

    public EndReason Reason { get; init; }

    /// <summary>The scheduler's own words, such as "PREEMPTED, exit code 0".</summary>
    public string Detail { get; init; } = "";

    /// <summary>The scheduler's own name of it, for people.</summary>
    public string SchedulerId { get; init; } = "";

    /// <summary>Times that the scheduler has put it back into the queue after it had run.</summary>
    public int Restarts { get; init; }

    public DateTimeOffset? Submitted { get; init; }

    /// <summary>When it started; for one in the queue when the scheduler means to start it, if it says so.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>When the time it was asked for is over; null before it has started.</summary>
    public DateTimeOffset? Ends { get; init; }
}
