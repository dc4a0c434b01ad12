using AutoSelect.Contracts;

namespace AutoSelect.Grains;

/// <summary>
/// With which events a job's summary, which lists show, is written: with every change, and with reports now and then, so that a segment of
/// hours does not leave it as old.
/// </summary>
internal sealed class SummaryPace(TimeProvider time)
{
    /// <summary>Age at which reports alone have it written anew.</summary>
    public static readonly TimeSpan Oldest = TimeSpan.FromSeconds(30);

    private long writtenAt = time.GetTimestamp();

    /// <summary>Whether it is to be written with these events; it counts as written then.</summary>
    public bool IsDue(IEnumerable<JobEvent> events)
    {
        if (events.All(e => e.Change is SegmentReported or MemberEnded) && time.GetElapsedTime(writtenAt) < Oldest) return false;
        writtenAt = time.GetTimestamp();
        return true;
    }
}
