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
