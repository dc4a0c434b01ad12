namespace AutoSelect.Grains;

/// <summary>
/// Notices that this process itself stood still, for want of a processor or while it was stopped: nobody could be heard meanwhile, and
/// silence in it is nobody's.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="least">A longer time between two looks is a standstill.</param>
internal sealed class Standstill(TimeProvider time, TimeSpan least)
{
    private long looked = time.GetTimestamp();

    /// <summary>Timestamps of the clock by which it stood still since the last look; 0 where it did not.</summary>
    public long Look()
    {
        var (since, now) = (looked, time.GetTimestamp());
        looked = now;
        return time.GetElapsedTime(since, now) > least ? now - since : 0;
    }
}
