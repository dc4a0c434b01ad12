namespace AutoSelect.Contracts;

/// <summary>How far a borrowed device is, as the scheduler and the pool see it together.</summary>
[JsonStringEnum]
public enum BorrowStage
{
    /// <summary>The scheduler has not started it.</summary>
    Queued,

    /// <summary>The scheduler has started it; it has not registered.</summary>
    Starting,

    /// <summary>It is there and no job has a lease on it.</summary>
    Idle,

    /// <summary>A job has a lease on it.</summary>
    InUse,

    /// <summary>It is being ended.</summary>
    Ending,
}
