using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>A lease in force, as those who do not hold it see it.</summary>
/// <param name="Device">Which device.</param>
/// <param name="Job">Whose; null where the job is of another project than the caller's.</param>
/// <param name="Expires">When it is over unless its device is heard of before.</param>
/// <param name="Provider">Where the device comes from.</param>
/// <param name="Price">What a second of it costs, in seconds of the job.</param>
public sealed record LeaseInForce(DeviceId Device, JobId? Job, DateTimeOffset Expires, string Provider, double Price);

/// <summary>A device of the pool.</summary>
/// <param name="Device">As its process describes it.</param>
/// <param name="Lease">Null while nobody holds it.</param>
public sealed record PoolDevice(DeviceDescription Device, LeaseInForce? Lease);

/// <summary>What a job asks of the device pool.</summary>
/// <param name="Place">In the order in which jobs first asked, counted from 1.</param>
/// <param name="Job">Whose; null where the job is of another project than the caller's.</param>
/// <param name="Least">Devices without which nothing of it can run.</param>
/// <param name="Most">Devices that it has a use for.</param>
/// <param name="Class">Kind of the devices; null takes any.</param>
/// <param name="Price">What a second of a device is worth to it, in seconds of the job.</param>
public sealed record QueuedDemand(int Place, JobId? Job, int Least, int Most, DeviceKind? Class, double Price)
{
    /// <summary>Devices that the job holds.</summary>
    public int Held { get; init; }

    /// <summary>See <see cref="JobPriority"/>.</summary>
    public int Priority { get; init; } = JobPriority.Normal;

    /// <summary>False while the job waits to be admitted.</summary>
    public bool IsAdmitted { get; init; } = true;

    /// <summary>Why it waits to be admitted, or for more devices; empty where it does not, or where the job is not the caller's.</summary>
    public string Waits { get; init; } = "";
}

/// <summary>A device that trained for a job.</summary>
/// <param name="Device">Which.</param>
/// <param name="Job">Whose; null where the job is of another project than the caller's.</param>
/// <param name="Trial">Which of its trials; null with the job.</param>
/// <param name="Candidate">Name of the trial's candidate; null with the job.</param>
/// <param name="From">When it began.</param>
/// <param name="Until">When it ended; null while it trains.</param>
public sealed record DeviceStretch(
    DeviceId Device, JobId? Job, TrialId? Trial, string? Candidate, DateTimeOffset From, DateTimeOffset? Until);

/// <summary>The devices of the pool and what is asked of it, at one moment.</summary>
/// <param name="Devices">By id.</param>
/// <param name="Queue">In the order in which jobs first asked.</param>
public sealed record PoolState(ImmutableArray<PoolDevice> Devices, ImmutableArray<QueuedDemand> Queue);

/// <summary>One piece of news of a stream of several things; one of its parts is set.</summary>
public sealed record Happening
{
    /// <summary>Whose event; null for other news.</summary>
    public JobId? Job { get; init; }

    /// <summary>What happened to the job.</summary>
    public JobEvent? Event { get; init; }

    /// <summary>
    /// True where no event of the job will be told any more though none of its end was: it had ended before, or there is none of that id.
    /// Null for other news.
    /// </summary>
    public bool? IsOver { get; init; }

    /// <summary>A job of the list that is new or has changed.</summary>
    public JobSummary? Listed { get; init; }

    /// <summary>The devices, where they have changed.</summary>
    public PoolState? Pool { get; init; }
}
