namespace AutoSelect.Device;

/// <summary>
/// The way out of the process. A request asks for an orderly end, in which the segment in training writes its checkpoint; once its time is
/// over the process is killed, whatever the training thread, the client of the control side or a library's destructors wait for.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="log">Told why, as this may come before there is a logger.</param>
/// <param name="kill">Ends the process at once.</param>
internal sealed class ProcessEnd(TimeProvider time, TextWriter log, Action kill) : IDisposable
{
    /// <summary>Time for an orderly end: below the 30 s that cluster managers commonly leave between SIGTERM and SIGKILL.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    private readonly CancellationTokenSource requested = new();
    private ITimer? deadline;
    private int requests;

    /// <summary>Cancelled when the process is to end.</summary>
    public CancellationToken Requested => requested.Token;

    /// <summary>True when nobody is there to report to.</summary>
    public bool IsOrphaned { get; private set; }

    /// <summary>Asks for an orderly end; only the first request counts.</summary>
    /// <param name="reason">Why, for people.</param>
    /// <param name="isOrphaned">True when the control side is away, so that reports are not waited for.</param>
    public void Request(string reason, bool isOrphaned)
    {
        if (Interlocked.Increment(ref requests) > 1) return;
        IsOrphaned = isOrphaned;
        // Armed before anybody is told: those who are told may hang.
        var late = $"it did not end by itself in {Patience.TotalSeconds:0.#} s";
        deadline = time.CreateTimer(_ => Now(late), null, Patience, Timeout.InfiniteTimeSpan);
        Log($"This process ends: {reason}");
        requested.Cancel();
    }

    /// <summary>Ends the process at once.</summary>
    public void Now(string reason)
    {
        Log($"This process ends at once: {reason}");
        kill();
    }

    public void Dispose()
    {
        deadline?.Dispose();
        requested.Dispose();
    }

    private void Log(string line) => log.WriteLine($"{time.GetLocalNow():HH:mm:ss.fff} {line}");
}
