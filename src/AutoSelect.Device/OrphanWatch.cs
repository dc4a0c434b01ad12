namespace AutoSelect.Device;

/// <summary>
/// Ends the process when its control side stays away. It hangs on nothing but a timer: it watches before the client has connected, while
/// the training thread is busy, and when either hangs.
/// </summary>
internal sealed class OrphanWatch : IDisposable
{
    /// <summary>Bears silence this long until the control side says otherwise.</summary>
    public static readonly TimeSpan DefaultGrace = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(.25);

    /// <summary>Between two looks; beyond that this process was itself stopped, as by Ctrl-Z.</summary>
    private static readonly TimeSpan Stopped = TimeSpan.FromSeconds(5);

    private readonly TimeSpan? longest;
    private readonly ParentProcess? parent;
    private readonly ProcessEnd end;
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private long grace;
    private long lastHeard;
    private long lastLook;
    private volatile bool isRegistered;

    /// <param name="longest">The longest grace, whatever the control side says at registration; null leaves it to the control side.</param>
    /// <param name="parent">The control process, where it started this one: until the first registration there is nothing to go on
    /// with, and its end is the end of this process. Null where it is elsewhere.</param>
    /// <param name="end">The way out.</param>
    /// <param name="time">The clock.</param>
    public OrphanWatch(TimeSpan? longest, ParentProcess? parent, ProcessEnd end, TimeProvider time)
    {
        (this.longest, this.parent, this.end, this.time) = (longest, parent, end, time);
        grace = Bounded(DefaultGrace).Ticks;
        lastHeard = lastLook = time.GetTimestamp();
        timer = time.CreateTimer(_ => Check(), null, Interval, Interval);
    }

    /// <summary>The control side has answered.</summary>
    public void Heard() => Volatile.Write(ref lastHeard, time.GetTimestamp());

    /// <summary>The control side has taken the device, and says how long it may be away.</summary>
    public void Registered(TimeSpan given)
    {
        Heard();
        Volatile.Write(ref grace, Bounded(given).Ticks);
        isRegistered = true;
    }

    public void Dispose() => timer.Dispose();

    private void Check()
    {
        if (end.Requested.IsCancellationRequested) return;
        LeaveOutStops();
        var borne = new TimeSpan(Volatile.Read(ref grace));
        // A parent that lives is there, however long the two take to find each other on a busy machine.
        if (!isRegistered && parent is not null && borne < DefaultGrace) borne = DefaultGrace;
        var isSilent = time.GetElapsedTime(Volatile.Read(ref lastHeard)) > borne;
        if (isRegistered)
        {
            if (isSilent) end.Request($"no control side for over {borne.TotalSeconds:0.#} s", isOrphaned: true);
        }
        else if (parent?.IsGone == true) end.Now($"the control process {parent.Id} ended before this device was registered");
        else if (isSilent) end.Now($"no control side has been reached in {borne.TotalSeconds:0.#} s");
    }

    /// <summary>Nobody can be heard while this process is stopped.</summary>
    private void LeaveOutStops()
    {
        var (heard, now) = (Volatile.Read(ref lastHeard), time.GetTimestamp());
        var since = Interlocked.Exchange(ref lastLook, now);
        // Unless an answer came since: then it counts.
        if (time.GetElapsedTime(since, now) > Stopped) Interlocked.CompareExchange(ref lastHeard, heard + (now - since), heard);
    }

    private TimeSpan Bounded(TimeSpan asked) => longest is { } most && most < asked ? most : asked;
}
