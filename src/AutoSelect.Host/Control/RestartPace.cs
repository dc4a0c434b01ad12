namespace AutoSelect.Host.Control;

/// <summary>When a device process that ended is started anew: soon after it was of use, ever later while it fails at its start.</summary>
internal sealed class RestartPace(TimeProvider time)
{
    /// <summary>Wait before the first new start; doubles with each failure.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(.2);

    /// <summary>Longest wait between two starts.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>A process that lived this long has come up, whatever ended it.</summary>
    public static readonly TimeSpan Proven = TimeSpan.FromSeconds(30);

    private long began = time.GetTimestamp();
    private TimeSpan wait;

    /// <summary>Starts in a row that came to nothing.</summary>
    public int Failures { get; private set; }

    /// <summary>True when the wait after the last end is over.</summary>
    public bool IsDue => time.GetElapsedTime(began) >= wait;

    /// <summary>Time between the last end and the next start.</summary>
    public TimeSpan Wait => wait;

    /// <summary>A process was started.</summary>
    public void Started() => began = time.GetTimestamp();

    /// <summary>The process runs.</summary>
    /// <param name="cameUp">Whether the control side has taken it.</param>
    public void Lives(bool cameUp)
    {
        if (cameUp || time.GetElapsedTime(began) >= Proven) Failures = 0;
    }

    /// <summary>The process has ended.</summary>
    /// <param name="cameUp">Whether the control side had taken it. What ends it then is the job's to count: a candidate may abort.</param>
    public void Ended(bool cameUp)
    {
        Failures = cameUp || time.GetElapsedTime(began) >= Proven ? 0 : Failures + 1;
        var doubled = Shortest * Math.Pow(2, Math.Clamp(Failures - 1, 0, 16));
        wait = doubled < Longest ? doubled : Longest;
        began = time.GetTimestamp();
    }
}
