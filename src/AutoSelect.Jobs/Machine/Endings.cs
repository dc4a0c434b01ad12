using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Decisions;

namespace AutoSelect.Jobs.Machine;

/// <summary>The rules by which a job's training ends, whatever its policy would do. Pure.</summary>
public static class Endings
{
    /// <summary>
    /// The first trial, by device time, whose curve reaches the target by a point of its own and that can be delivered as it was then: it
    /// still runs there, or its checkpoint is as far. One that was lost in between goes on from its checkpoint and comes there again.
    /// </summary>
    public static Trial? AtTarget(JobRecord record) => record.Trials
        .Where(t => t.ReachedTargetStep is { } step && (t.OpenSegment()?.ToStep >= step || t.SafeStep() >= step))
        .Where(t => t.State is not (TrialState.Failed or TrialState.Stopped)).MinBy(t => t.ReachedTargetAt);

    /// <summary>The trial at the target that ends the job; null also where its policy trains all to their horizons.</summary>
    public static Trial? Hit(JobRecord record, JobFacts facts) => facts.Policy.RunsTrialsToTheirHorizons ? null : AtTarget(record);

    /// <summary>
    /// The trial at the target for which another, or itself, trains no further; null where there is none. What cannot go on from a
    /// checkpoint has an answer only at its end.
    /// </summary>
    public static Trial? HitThatEnds(JobRecord record, JobFacts facts, Trial trial) => Hit(record, facts) is { } hit
        && (hit.Id != trial.Id || record.Spec.Workload.Program is not { CanResume: false }) ? hit : null;

    /// <summary>The trial with the best deliverable value that it stands at; null when nothing was measured.</summary>
    public static Trial? BestNow(JobRecord record)
    {
        var direction = record.Spec.Objective.Direction;
        var measured = record.Trials
            .Where(
                t => t.State is not (TrialState.Failed or TrialState.Stopped) && (t.Checkpoint is not null || t.OpenSegment() is not null))
            .Where(t => ValueNow(t, direction) is { } value && double.IsFinite(value))
            // Of equals the first is taken: whoever measured the value.
            .OrderByDescending(t => t.IsTried);
        return direction == Direction.Maximize
            ? measured.MaxBy(t => ValueNow(t, direction))
            : measured.MinBy(t => ValueNow(t, direction));
    }

    /// <summary>
    /// The last value that a trial measured on its way to where it stands: one that was lost with its device, and goes on from its
    /// checkpoint, has the weights of the points beyond no more. Null where nothing was measured by then.
    /// </summary>
    private static double? ValueNow(Trial trial, Direction direction)
    {
        var step = Math.Max(trial.SafeStep(), trial.OpenSegment()?.ToStep ?? 0);
        return trial.Curve.LastOrDefault(p => p.Step <= step)?.Deliverable(direction);
    }

    /// <summary>True once the deadline has come.</summary>
    public static bool IsPastDeadline(JobRecord record, double now) =>
        record.Spec.Objective.DeadlineSeconds is { } deadline && now >= deadline;

    /// <summary>Whom a job that must end now ends with: the trial that somebody asked for, else the best.</summary>
    public static Trial? Answer(JobRecord record) =>
        IsAskedFor(record) && record[record.Commit!.Winner] is { State: TrialState.Committed or TrialState.Completed } winner
            ? winner : BestNow(record);

    /// <summary>True where the commit in force was asked for, and not decided by a policy: whoever asked knows better.</summary>
    public static bool IsAskedFor(JobRecord record) => record.Commit is { } commit && record.Rungs[commit.Rung].Basis is null;

    /// <summary>Why nobody trains on: the last decision says so where there are steps left.</summary>
    public static string WhyNobodyTrains(JobRecord record) =>
        record.Rungs is [.., { Summary: { Length: > 0 } why }] && record.Trials.Any(t => t.IsAlive && t.SafeStep() < t.HorizonSteps)
            ? why.TrimEnd('.') : "no candidate has steps left to train";

    /// <summary>What makes a trial the answer.</summary>
    public static ImmutableArray<JobChange> Finish(JobRecord record, Trial winner, double now, string reason)
    {
        var begun = new ExportBegun(winner.Id, reason);
        var isCommitted = record.Commit?.Winner == winner.Id;
        if (isCommitted && winner.State == TrialState.Completed) return [begun];
        var rung = RungRecords.Ending(record, winner, now, reason);
        return [new JobDecided(rung, isCommitted ? null : RungRecords.CommitTo(record, rung, winner.Id, runnerUp: null)), begun];
    }
}
