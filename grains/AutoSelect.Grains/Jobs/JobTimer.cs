using AutoSelect.Contracts;

namespace AutoSelect.Grains;

/// <summary>
/// When a job looks by itself at what there is: soon while something is under way whose news may get lost, else when something is due, and
/// at the latest after <see cref="LeaseOptions.Quiet"/>. A job that has its timer is held: nobody needs to wake it.
/// </summary>
/// <param name="job">Which.</param>
/// <param name="holding">What it has seen.</param>
/// <param name="parts">Of its silo.</param>
/// <param name="register">Makes the timer.</param>
internal sealed class JobTimer(
    JobId job, Holding holding, JobGrainParts parts, Func<GrainTimerCreationOptions, IGrainTimer> register) : IDisposable
{
    private IGrainTimer? timer;
    private TimeSpan? due;
    private long setAt;

    /// <summary>The job looks now. It is held from before it reads its leases: what changes after that is told to it.</summary>
    public void Looks()
    {
        due = null;
        if (timer is not null) return;
        timer = register(new GrainTimerCreationOptions(parts.Options.Check, parts.Options.Check) { KeepAlive = true });
        parts.Held.Add(job, holding);
    }

    /// <summary>Has it look again within a time. A look that comes earlier is not put off.</summary>
    public void Within(TimeSpan time)
    {
        if (timer is null || (due is { } set && set - parts.Time.GetElapsedTime(setAt) <= time)) return;
        (due, setAt) = (time, parts.Time.GetTimestamp());
        // Where a look does not say when the next one is to be, it is soon.
        timer.Change(time, parts.Options.Check);
    }

    public void Dispose()
    {
        timer?.Dispose();
        timer = null;
        parts.Held.Remove(job, holding);
    }
}
