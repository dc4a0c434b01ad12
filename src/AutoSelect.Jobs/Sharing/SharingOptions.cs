namespace AutoSelect.Jobs.Sharing;

/// <summary>How the devices of the pool are shared.</summary>
public sealed record SharingOptions
{
    /// <summary>Time after which device time that was used counts half; default a week.</summary>
    public TimeSpan HalfLife { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Time of waiting after which a job goes before all others, whatever its priority and its share, the oldest first; default a day.
    /// It bounds what a stream of urgent jobs can do to others. Sooner, age counts between equals alone: if it were worth priority, the
    /// jobs of light projects, which wait longer, would overtake those of heavy ones.
    /// </summary>
    public TimeSpan Overdue { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Time for which a probing lane keeps a device before it may be asked back; default a minute.</summary>
    public TimeSpan LaneKeeps { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How often a plan is made while nothing changes but the time, which has jobs wait too long and lanes keep their devices long enough;
    /// default 5 s.
    /// </summary>
    public TimeSpan PlanEvery { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// True where a job that lacks what it needs at least may be given the devices of baselines and committed runs of lower priority, if
    /// there is no probing lane to end; default false.
    /// </summary>
    public bool MayEndCommitted { get; init; }
}
