namespace AutoSelect.Grains.Tests;

/// <summary>A clock that shows what a test says, while timers and timeouts are the system's.</summary>
internal sealed class VirtualTime : TimeProvider
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private long ticks;

    /// <summary>Seconds since the start; what is set is rounded up to a tick, so that what is due then is due.</summary>
    public double Now
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref ticks)).TotalSeconds;
        set => Interlocked.Exchange(ref ticks, (long)Math.Ceiling(value * TimeSpan.TicksPerSecond));
    }

    public override DateTimeOffset GetUtcNow() => Start.AddTicks(Interlocked.Read(ref ticks));
}
