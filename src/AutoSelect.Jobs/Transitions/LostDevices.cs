using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;

namespace AutoSelect.Jobs.Transitions;

/// <summary>
/// Segments whose leases are over: their trials go on from their checkpoints, unless that happened too often without any progress. Pure.
/// </summary>
public static class LostDevices
{
    /// <summary>How often in a row a trial may lose its device at one step before it is taken to be the cause.</summary>
    private const int RestartLimit = 2;

    /// <summary>
    /// What follows for the first open segment on a device that the job does not hold any more, and for broken ones that wait for such a
    /// device; null where all is as it should be.
    /// </summary>
    public static ImmutableArray<JobChange>? Repair(JobRecord record, JobFacts facts)
    {
        var held = facts.Leases.Leases.Select(l => l.Lease.Token).ToHashSet();
        foreach (var trial in record.Trials)
        {
            if (trial.OpenSegment() is { } open && open.Members().FirstOrDefault(m => !held.Contains(m.LeaseToken)) is { } gone)
                return [Lose(trial, open, gone.LeaseToken, facts)];
            if (trial.OpenSegment() is { } late && ToldToEndAt(record, trial, late, facts) is { } since
                && facts.Now - since > facts.OverdueSeconds)
                return [Broken(trial, SegmentEnd.DeviceLost, $"it did not end within {facts.OverdueSeconds:0} s after it was told to",
                    ProgressOf(trial, late, facts), isBlameless: false, said: 0)];
            // One that never got the work has no last word to say; whatever still comes is fenced off by its token.
            foreach (var segment in trial.Segments.Where(s => !s.Awaited.IsDefaultOrEmpty))
                if (segment.Awaited.FirstOrDefault(
                    t => !held.Contains(t) || facts.Now - segment.EndedAt > facts.GraceSeconds) is var token and not 0)
                    return [new MemberEnded(trial.Id, token)];
        }
        return null;
    }

    /// <summary>The end of a segment that broke.</summary>
    /// <param name="trial">Whose.</param>
    /// <param name="end">Whether the only or leading device was lost, or another rank.</param>
    /// <param name="reason">Why.</param>
    /// <param name="progress">How far it has come.</param>
    /// <param name="isBlameless">True where the trial cannot be the cause.</param>
    /// <param name="said">The member that has said its last word, or never will.</param>
    public static SegmentEnded Broken(Trial trial, SegmentEnd end, string reason, SegmentProgress progress, bool isBlameless, long said)
    {
        var open = trial.OpenSegment()!;
        var what = end == SegmentEnd.RankLost ? "a rank" : "its device";
        var (state, why) = (State(trial), $"lost {what} ({reason}); goes on from step {trial.SafeStep()}");
        if (open.IsExport || trial.State is TrialState.Stopped or TrialState.Failed)
            (state, why) = (trial.State, open.IsExport ? reason : trial.Reason);
        else if (!isBlameless && InVain(trial, open) is var times and > RestartLimit)
            (state, why) = (TrialState.Failed,
                $"lost {what} {times} times at step {trial.SafeStep()} (at most {RestartLimit} are borne); last: {reason}");
        // What the control side has done itself is an interruption: it counts neither now nor when the device is lost once more.
        return new SegmentEnded(trial.Id, isBlameless ? SegmentEnd.Interrupted : end, reason, progress, state, why,
            trial.Restarts + (isBlameless ? 0 : 1),
            open.StillAwaited(said));
    }

    private static SegmentEnded Lose(Trial trial, Segment open, long token, JobFacts facts)
    {
        var lost = facts.Leases.Lost.FirstOrDefault(l => l.Lease.Token == token);
        var reason = lost?.Reason ?? "its lease is over";
        var isLeader = open.LeaseToken == token;
        var progress = ProgressOf(trial, open, facts);
        return Broken(trial, isLeader ? SegmentEnd.DeviceLost : SegmentEnd.RankLost,
            isLeader ? reason : $"{open.NameOfMember(token)}: {reason}", progress, lost?.IsBlameless ?? true, token);
    }

    /// <summary>
    /// Since when, by the job's clock, a segment has been told to end, where that stands in the record; null where it may go on.
    /// </summary>
    private static double? ToldToEndAt(JobRecord record, Trial trial, Segment open, JobFacts facts) =>
        record.PausingSince is { } pausing ? pausing
        : open.IsExport ? null
        : Endings.IsPastDeadline(record, facts.Now) ? record.Spec.Objective.DeadlineSeconds
        : Endings.HitThatEnds(record, facts, trial) is { } hit ? hit.ReachedTargetSince
        : trial.State is TrialState.Paused or TrialState.Stopped ? GivenUpAt(record, trial, open)
        : null;

    /// <summary>When decisions began to rest or stop a trial that trained then; null where somebody asked for it.</summary>
    private static double? GivenUpAt(JobRecord record, Trial trial, Segment open) => record.Rungs.Reverse()
        .TakeWhile(r => r.DecidedAt >= open.StartedAt)
        .Select(r => (r.DecidedAt, r.Decisions.FirstOrDefault(d => d.Trial == trial.Id)?.Kind))
        .Where(d => d.Kind is not null)
        .TakeWhile(d => d.Kind is DecisionKind.Pause or DecisionKind.Stop)
        .Select(d => (double?)d.DecidedAt).LastOrDefault();

    private static SegmentProgress ProgressOf(Trial trial, Segment open, JobFacts facts) =>
        facts.Progress.GetValueOrDefault(trial.Id) ?? open.Progress();

    private static TrialState State(Trial trial) =>
        trial.State is TrialState.Committed or TrialState.Completed ? trial.State
            : trial.Checkpoint is null ? TrialState.Waiting
            : TrialState.Paused;

    /// <summary>Segments in a row, this one among them, that broke without a step that is safe.</summary>
    private static int InVain(Trial trial, Segment open) => 1 + trial.Segments.Reverse().Skip(1)
        .TakeWhile(s => s.End is SegmentEnd.DeviceLost or SegmentEnd.RankLost && s.FromStep == trial.SafeStep())
        .Count() * (open.FromStep == trial.SafeStep() ? 1 : 0);
}
