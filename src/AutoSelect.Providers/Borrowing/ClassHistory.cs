using AutoSelect.Contracts;

namespace AutoSelect.Providers;

/// <summary>What was seen of one class: how long its queue takes, and whether its devices come up.</summary>
internal sealed class ClassHistory(DeviceClass deviceClass)
{
    /// <summary>Pause after the first device that failed to come up; doubles with each further one.</summary>
    public static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(30);

    /// <summary>The longest pause.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(15);

    /// <summary>How long the scheduler's word that a request would start late is believed after it was withdrawn for that.</summary>
    public static readonly TimeSpan LateMemory = TimeSpan.FromSeconds(60);

    private const int WaitsKept = 9;

    private readonly Queue<TimeSpan> waits = new();
    private int failures;
    private string lastFailure = "";
    private DateTimeOffset pausedUntil;
    private (DateTimeOffset Start, DateTimeOffset Until) late;

    public DeviceClass Class => deviceClass;

    /// <summary>A request of it has started after a wait.</summary>
    public void Started(TimeSpan wait)
    {
        waits.Enqueue(wait > TimeSpan.Zero ? wait : TimeSpan.Zero);
        if (waits.Count > WaitsKept) waits.Dequeue();
    }

    /// <summary>A device of it has registered.</summary>
    public void CameUp() => failures = 0;

    /// <summary>A device of it was started by the scheduler and came to nothing, or its request was refused.</summary>
    public void Failed(string detail, DateTimeOffset now)
    {
        failures++;
        lastFailure = detail;
        var doubled = ShortestPause * Math.Pow(2, Math.Min(failures - 1, 16));
        pausedUntil = now + (doubled < LongestPause ? doubled : LongestPause);
    }

    /// <summary>A request of it was withdrawn, since it would have started late.</summary>
    public void Late(DateTimeOffset expectedStart, DateTimeOffset now) => late = (expectedStart, now + LateMemory);

    /// <summary>What can be asked for now.</summary>
    /// <param name="estimate">What the scheduler says.</param>
    /// <param name="earlier">When those that were asked for before are to start, at the latest; null where that is not known.</param>
    /// <param name="now">The time.</param>
    public ClassOffer Offer(StartEstimate estimate, DateTimeOffset? earlier, DateTimeOffset now)
    {
        if (estimate.Refusal.Length > 0) return new ClassOffer(deviceClass, TimeSpan.Zero, estimate.Refusal);
        if (failures > 0 && now < pausedUntil)
        {
            return new ClassOffer(deviceClass, TimeSpan.Zero, $"{Wording.Count(failures, "device")} of it came to nothing, the last with "
                + $"'{lastFailure}'; it is tried again in {Wording.Duration((pausedUntil - now).TotalSeconds)}");
        }
        var start = estimate.Start ?? now + Usual();
        if (earlier > start) start = earlier.Value;
        if (now < late.Until && late.Start > start) start = late.Start;
        return new ClassOffer(deviceClass, start > now ? start - now : TimeSpan.Zero);
    }

    /// <summary>The median of the last waits.</summary>
    private TimeSpan Usual() => waits.Count == 0 ? deviceClass.UsualWait : waits.Order().ElementAt(waits.Count / 2);
}
