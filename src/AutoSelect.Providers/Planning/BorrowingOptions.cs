namespace AutoSelect.Providers;

/// <summary>How much is borrowed, and how long it is kept without use.</summary>
public sealed record BorrowingOptions
{
    private readonly int most = 8;
    private readonly TimeSpan idleTime = TimeSpan.FromSeconds(60);
    private readonly TimeSpan leastUse = TimeSpan.FromSeconds(60);

    /// <summary>Devices borrowed and asked for at once, of all classes; default 8, at least 0.</summary>
    public int Most
    {
        get => most;
        init => most = value >= 0 ? value
            : throw new ArgumentOutOfRangeException(nameof(Most), value, "The most devices to borrow must be at least 0.");
    }

    /// <summary>Time without use after which a device is given back; default 60 s, at least 0.</summary>
    public TimeSpan IdleTime
    {
        get => idleTime;
        init => idleTime = value >= TimeSpan.Zero ? value
            : throw new ArgumentOutOfRangeException(nameof(IdleTime), value, "The time a borrowed device may be idle must be at least 0.");
    }

    /// <summary>Training time below which a device is not worth asking for; default 60 s, above 0.</summary>
    public TimeSpan LeastUse
    {
        get => leastUse;
        init => leastUse = value > TimeSpan.Zero ? value
            : throw new ArgumentOutOfRangeException(nameof(LeastUse), value, "The least use of a borrowed device must be above 0.");
    }
}
