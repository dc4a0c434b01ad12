using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Machine;

/// <summary>A trial and the leases that its next segment gets, rank 0 first.</summary>
public sealed record Gang(Trial Trial, long UntilStep, ImmutableArray<Lease> Leases);

/// <summary>
/// How many devices trials take and which. A segment gets all its devices at once or does not start. What a job holds meanwhile it holds
/// for a bounded time: until its own segments end, or until it starts with fewer ranks; so trials and jobs cannot wait for each other in a
/// circle. Pure.
/// </summary>
public static class Gangs
{
    /// <summary>
    /// Ranks a trial is to have when there are devices enough. An insured baseline trains as it would alone: on those of a committed run.
    /// </summary>
    public static int Wanted(JobRecord record, Trial trial) => IsCommittedRun(record, trial) || Lanes.IsLaneZero(record, trial)
        ? OfCommittedRun(record, trial) : trial.Candidate.Ranks;

    /// <summary>Ranks a trial has once it is committed to.</summary>
    public static int OfCommittedRun(JobRecord record, Trial trial) =>
        RankRules.CommitRanks(trial.Candidate, record.Spec.Commit.Devices);

    /// <summary>
    /// Which waiting trials start now, on which of the idle devices. A trial that wants more than there are waits while the job's own
    /// segments are about to free others; where none is, and none joins for a while, it starts with as many ranks as the devices allow.
    /// First those with their own devices idle, which still hold them in memory, then in order.
    /// </summary>
    /// <param name="waiting">Trials with steps to do.</param>
    /// <param name="idle">Leases without a segment.</param>
    /// <param name="coming">Devices of the job that will be idle later.</param>
    /// <param name="most">Most devices a trial may have.</param>
    /// <param name="mayNarrow">Whether a trial may start with fewer ranks than it wants; asked when one could.</param>
    /// <param name="record">The job.</param>
    public static IEnumerable<Gang> Form(
        IReadOnlyList<(Trial Trial, long UntilStep, int Ranks)> waiting, IReadOnlyList<Lease> idle,
        int coming, int most, Func<bool> mayNarrow, JobRecord record)
    {
        var free = idle.ToList();
        var cold = new List<(Trial Trial, long UntilStep, int Ranks)>();
        foreach (var next in waiting.Select(
            w => w with { Ranks = w.Ranks <= most ? w.Ranks : RankRules.MostRanks(w.Trial.Candidate, most) }))
        {
            var own = Held(record, next.Trial, free).Take(next.Ranks).ToList();
            if (own.Count < next.Ranks)
            {
                cold.Add(next);
                continue;
            }
            free.RemoveAll(own.Contains);
            coming += own.Count;
            yield return new Gang(next.Trial, next.UntilStep, [.. own]);
        }
        foreach (var (trial, until, wanted) in cold)
        {
            var ranks = free.Count >= wanted ? wanted
                : coming > 0 || free.Count == 0 || !mayNarrow() ? 0
                : RankRules.MostRanks(trial.Candidate, free.Count);
            if (ranks == 0) continue;
            List<Lease> taken = [.. Held(record, trial, free).Concat(free).Distinct().Take(ranks)];
            free.RemoveAll(taken.Contains);
            coming += taken.Count;
            yield return new Gang(trial, until, [.. taken]);
        }
    }

    /// <summary>
    /// True when a committed run that has fewer ranks than it is to have, and has come far enough since its start to be worth the
    /// interruption, can have more: it ends its segment, and its next one takes what is there.
    /// </summary>
    public static bool MayWiden(JobRecord record, JobFacts facts, Trial trial, Segment open)
    {
        if (Wanted(record, trial) <= open.Devices || facts.Now - open.StartedAt < record.Spec.Checkpoints.EverySeconds) return false;
        var idle = Lanes.Idle(record, facts).Length;
        return idle > 0
            && RankRules.MostRanks(trial.Candidate, Math.Min(Wanted(record, trial), open.Devices + idle)) > open.Devices;
    }

    /// <summary>The free devices that still hold the trial, in the order of their ranks.</summary>
    private static IEnumerable<Lease> Held(JobRecord record, Trial trial, List<Lease> free) =>
        trial.Segments.IsEmpty ? [] : trial.Segments[^1].Members()
        .Select(p => free.Find(l => l.Device == p.Device && LastOn(record, p.Device) == trial.Id)).OfType<Lease>();

    private static TrialId? LastOn(JobRecord record, DeviceId device) => record.Trials
        .Where(t => !t.Segments.IsEmpty && t.Segments[^1].Members().Any(p => p.Device == device))
        .MaxBy(t => t.Segments[^1].StartedAt)?.Id;

    private static bool IsCommittedRun(JobRecord record, Trial trial) =>
        record.Commit is { } commit && commit.Winner == trial.Id && record.Phase == JobPhase.Committed;
}
