namespace AutoSelect.Grains.Tests;

/// <summary>The system's clock, put forward: what a job's clock shows can be chosen, while timers and timeouts stay as they are.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long shift;

    public void Advance(TimeSpan by) => Interlocked.Add(ref shift, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddTicks(Interlocked.Read(ref shift));
}
