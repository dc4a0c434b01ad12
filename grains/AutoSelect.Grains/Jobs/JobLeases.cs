using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Grains;

/// <summary>
/// A job's side of the lease ledger: what it was last seen to hold, and what it last asked for. Both are read or said again after a
/// restart.
/// </summary>
internal sealed class JobLeases(JobId job, JobGrainParts parts, IDevicePoolGrain pool)
{
    private Demand? stated;
    private bool isRead;

    public LeaseSet Held { get; private set; } = LeaseSet.Empty;

    /// <summary>Told of each set that was read.</summary>
    public Holding Holding { get; } = new();

    /// <summary>Since when, by the job's clock, the same devices have been held.</summary>
    public double Since { get; private set; } = double.NegativeInfinity;

    /// <summary>True while nobody has looked at what the job wants, or where that got lost.</summary>
    private bool IsUnseen => Held is { IsAdmitted: false, Waits.Length: 0 };

    /// <param name="now">Seconds of the job's clock.</param>
    public async Task Read(double now)
    {
        var held = await parts.Leases.HeldBy(job);
        if (!held.Leases.Select(l => l.Device.Id).SequenceEqual(Held.Leases.Select(l => l.Device.Id))) Since = now;
        (Held, isRead, Holding.Seen) = (held, true, held.Version);
        // Said once more it does no harm.
        if (IsUnseen) stated = null;
    }

    /// <summary>
    /// Reads where nothing was read yet: to a job that has just been activated by a report, nothing held would look like all lost.
    /// </summary>
    /// <param name="now">Seconds of the job's clock.</param>
    public Task EnsureRead(double now) => isRead ? Task.CompletedTask : Read(now);

    /// <summary>
    /// Gives a gang's leases new tokens; null where one of them is over. Renewing and storing the start are two writes: where the second is
    /// lost, the leases are idle and the next tick finds them.
    /// </summary>
    public async Task<Gang?> Renew(Gang gang, double now)
    {
        if (await parts.Leases.Renew(gang.Leases) is not { } renewed) return null;
        await Read(now);
        return gang with { Leases = [.. renewed] };
    }

    /// <summary>What the machine is to know beside the record.</summary>
    public JobFacts Facts(double now, ISelectionPolicy policy, IReadOnlyDictionary<TrialId, SegmentProgress> progress, bool isDeciding) =>
        new()
        {
            Now = now,
            Policy = policy,
            Leases = Held,
            LeasesSince = Since,
            IsDeciding = isDeciding,
            Progress = progress,
            JoinSeconds = parts.Options.Join.TotalSeconds,
            GraceSeconds = parts.Options.Grace.TotalSeconds,
        };

    /// <summary>Says what the job wants where that has changed, and gives back what it does not.</summary>
    /// <returns>
    /// True where all stands as the machine saw it: nothing was given back, and the pool has looked at what the job wants.
    /// </returns>
    public async Task<bool> Settle(JobRecord record, JobFacts facts)
    {
        if (Lanes.Wanted(record) is var wanted && wanted != stated)
        {
            // A call that failed may have been heard all the same.
            stated = null;
            await pool.State(wanted);
            stated = wanted;
        }
        if (Lanes.ToRelease(record, facts) is not { IsEmpty: false } surplus) return !IsUnseen;
        parts.Telemetry.LeasesReleased(await parts.Leases.Release(job, surplus));
        await Read(facts.Now);
        await pool.Released();
        return false;
    }
}
