using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Jobs.Machine;

/// <summary>Which devices a job has, wants and gives back. Pure.</summary>
public static class Lanes
{
    /// <summary>Most devices that the job may use by now.</summary>
    public static int Most(JobRecord record)
    {
        var (probe, committed) = (record.Spec.Probe.Devices, record.Spec.Commit.Devices);
        return Math.Max(1, record.Phase switch
        {
            JobPhase.Exporting => 1,
            // Whoever decided may want challengers beside the committed run, and says so.
            JobPhase.Committed => Math.Max(
                Math.Max(committed, Gangs.OfCommittedRun(record, record[record.Commit!.Winner])), Asked(record) is null ? 0 : probe),
            _ => MostWhileProbing(record.Spec),
        });
    }

    /// <summary>Most devices that a job may use before it commits.</summary>
    public static int MostWhileProbing(JobSpec spec) =>
        Math.Max(1, Math.Max(spec.Probe.Devices, PolicyCatalogue.InsuresBaseline(spec.Policy) ? spec.Commit.Devices : 0));

    /// <summary>True for the baseline of an insured job: it trains as it would alone, from the start and without a slice.</summary>
    public static bool IsLaneZero(JobRecord record, Trial trial) =>
        trial.Candidate.Name == record.Spec.Baseline && PolicyCatalogue.InsuresBaseline(record.Spec.Policy);

    /// <summary>
    /// True for a trial whose devices nobody asks back: the committed run, and the baseline's lane of an insured job as long as it is to
    /// train.
    /// </summary>
    public static bool IsProtected(JobRecord record, Trial trial) =>
        trial.State == TrialState.Committed || trial.Id == record.Exporting
        || (IsLaneZero(record, trial) && trial.IsAlive
            && (record.Rungs.IsEmpty || trial.State == TrialState.Running || DesiredState.Unfinished(record).Any(u => u.Trial == trial)));

    /// <summary>Devices that a decision reckons with: those held, or before the first is granted those that the job may have.</summary>
    public static int DevicesToReckonWith(JobRecord record, JobFacts facts)
    {
        var most = Most(record);
        return facts.Leases.Leases.IsEmpty ? most : Math.Min(most, facts.Leases.Leases.Length);
    }

    /// <summary>
    /// What the job asks of the pool. While it probes, all that it may have, also in a rung that uses fewer: the next decision may want
    /// them, unless the policy says that it does not.
    /// </summary>
    public static Demand Wanted(JobRecord record)
    {
        var isOver = !record.IsRunning || (record.Pausing && !DesiredState.Running(record).Any());
        if (record.Phase == JobPhase.Waiting) record = record with { Phase = record.PhaseOnceAdmitted() };
        var asked = record.Phase == JobPhase.Exporting ? 1 : Asked(record) ?? int.MaxValue;
        return new Demand
        {
            Job = record.Id,
            Least = 1,
            Most = isOver ? 0 : Math.Clamp(asked, 1, Most(record)),
            Class = record.Spec.Workload.IsElsewhere ? DeviceKind.Elsewhere : null,
            Price = record.Spec.Probe.Price,
            Project = record.Spec.Project,
            Owner = record.Spec.Owner,
            Priority = record.Spec.Priority,
            Core = Math.Clamp(record.Trials.Where(t => IsProtected(record, t)).Sum(t => Gangs.Wanted(record, t)), 1, Most(record)),
        };
    }

    /// <summary>Devices that the last decision has a use for; null where it left that to the job's limits.</summary>
    private static int? Asked(JobRecord record) => record.Rungs is [.., { Devices: var devices }] ? devices : null;

    /// <summary>
    /// Tokens of leases in use: those of running segments, and of segments broken off whose devices have not said their last word.
    /// </summary>
    public static HashSet<long> Busy(JobRecord record)
    {
        var busy = new HashSet<long>();
        foreach (var segment in record.Trials.SelectMany(t => t.Segments))
        {
            if (segment.EndedAt is null) busy.UnionWith(segment.Members().Select(m => m.LeaseToken));
            else if (!segment.Awaited.IsDefault) busy.UnionWith(segment.Awaited);
        }
        return busy;
    }

    /// <summary>Leases in force that nothing runs on and that are not asked back.</summary>
    public static ImmutableArray<Lease> Idle(JobRecord record, JobFacts facts) =>
        [.. WithoutSegments(record, facts).Select(l => l.Lease).Except(AskedBack.Of(record, facts).Idle)];

    /// <summary>Leases in force that nothing runs on.</summary>
    public static IEnumerable<HeldLease> WithoutSegments(JobRecord record, JobFacts facts)
    {
        var busy = Busy(record);
        return facts.Leases.Leases.Where(l => !busy.Contains(l.Lease.Token));
    }

    /// <summary>
    /// Devices in use that will be idle later. One that does not end what was broken off is not waited for without end, and lane 0 is not
    /// waited for at all, unless it is to rest: it trains to the end of its run.
    /// </summary>
    public static int Coming(JobRecord record, JobFacts facts)
    {
        var held = facts.Leases.Leases.Select(l => l.Lease.Token).ToHashSet();
        bool TrainsOn(Trial trial) => IsLaneZero(record, trial) && trial.State is TrialState.Running or TrialState.Committed;
        return record.Trials.SelectMany(t => t.Segments, (t, s) => (Trial: t, Segment: s)).Sum(u =>
            u.Segment.EndedAt is not { } ended ? TrainsOn(u.Trial) ? 0 : u.Segment.Devices
            : u.Segment.Awaited.IsDefaultOrEmpty || facts.Now - ended > facts.GraceSeconds ? 0 : u.Segment.Awaited.Count(held.Contains));
    }

    /// <summary>
    /// What was lost and is done with, idle leases that are asked back, and those beyond what the job wants: those that hold no trial of
    /// the desired state first, and of these borrowed ones.
    /// </summary>
    public static ImmutableArray<long> ToRelease(JobRecord record, JobFacts facts)
    {
        var asked = AskedBack.Of(record, facts).Idle;
        var lost = facts.Leases.Lost.Select(l => l.Lease.Token).Concat(asked.Select(l => l.Token));
        var surplus = facts.Leases.Leases.Length - asked.Length - Wanted(record).Most;
        if (surplus <= 0) return [.. lost];
        var unfinished = DesiredState.Unfinished(record).Where(u => !u.Trial.Segments.IsEmpty)
            .SelectMany(u => u.Trial.Segments[^1].Members()).Select(m => m.Device).ToHashSet();
        return [.. lost, .. Idle(record, facts).OrderBy(
            l => unfinished.Contains(l.Device)).ThenBy(l => l.Provider == DeviceStatus.OwnProvider)
            .ThenBy(l => l.Device.Value, StringComparer.Ordinal).Take(surplus).Select(l => l.Token)];
    }
}
