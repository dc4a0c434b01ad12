namespace AutoSelect.Storage;

/// <summary>How device time is charged; the same in all ledgers.</summary>
public static class DeviceCharges
{
    /// <summary>
    /// Most that is charged at once. A control side that charges every minute and is killed costs nobody more than this much of each of
    /// its leases, however long it is away.
    /// </summary>
    public static readonly TimeSpan MostGap = TimeSpan.FromMinutes(2);

    /// <summary>Seconds of a lease that was charged up to a time.</summary>
    public static double Seconds(DateTimeOffset charged, DateTimeOffset now) =>
        Math.Clamp((now - charged).TotalSeconds, 0, MostGap.TotalSeconds);

    /// <summary>The hour that a charge is kept under.</summary>
    public static DateTimeOffset Hour(DateTimeOffset now) => new(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerHour, TimeSpan.Zero);

    /// <summary>Hours before this one are forgotten: no quota looks so far back, and no share remembers it.</summary>
    public static DateTimeOffset Oldest(DateTimeOffset now) => Hour(now).AddHours(-Contracts.UseLimits.MostPeriodHours - 1);
}
