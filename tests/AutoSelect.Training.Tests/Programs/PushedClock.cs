namespace AutoSelect.Training.Tests.Programs;

/// <summary>The system's clock, which a test can put forward: patience ends when something has happened, however long that took.</summary>
internal sealed class PushedClock : TimeProvider
{
    private long ahead;

    public void Push(TimeSpan by) => Interlocked.Add(ref ahead, (long)(by.TotalSeconds * TimestampFrequency));

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref ahead);
}
