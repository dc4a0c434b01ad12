using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Transitions;

/// <summary>
/// Checkpoints that cannot be read any more: their trials go on from the ones before, where those are kept, or begin again. No candidate is
/// to blame for its store. Pure.
/// </summary>
internal static class UnusableCheckpoints
{
    /// <summary>How often that may befall a trial before people have to look.</summary>
    private const int Most = 3;

    /// <summary>What follows from the report of a device that could not begin.</summary>
    /// <param name="record">The job.</param>
    /// <param name="trial">Whose segment.</param>
    /// <param name="open">The segment.</param>
    /// <param name="report">Its end, with the reason.</param>
    /// <param name="progress">How far it has come.</param>
    public static ImmutableArray<JobChange> Changes(
        JobRecord record, Trial trial, Segment open, SegmentReport report, SegmentProgress progress)
    {
        var changes = ImmutableArray.CreateBuilder<JobChange>();
        var instead = trial.Checkpoint?.Before;
        // What is to be delivered and stands in no other place is tried again; with an older one it is trained again first.
        var isGivenUp = instead is not null || !open.IsExport;
        if (isGivenUp)
        {
            changes.Add(new CheckpointGivenUp(trial.Id, instead, report.Reason));
            trial = trial with { Checkpoint = instead };
        }
        var (state, why) = isGivenUp ? State(record, trial, open, report.Reason) : (trial.State, report.Reason);
        changes.Add(new SegmentEnded(trial.Id, report.End, report.Reason, progress, state, why, trial.Restarts,
            open.StillAwaited(report.LeaseToken)));
        if (isGivenUp && trial.Segments.Count(s => s.End == SegmentEnd.CheckpointUnusable) + 1 >= Most)
            changes.Add(new JobRequested(JobRequest.Pause($"{trial.Candidate.Name} could not go on {Most} times: {report.Reason}")));
        return changes.ToImmutable();
    }

    private static (TrialState State, string Reason) State(JobRecord record, Trial trial, Segment open, string reason)
    {
        if (!open.IsExport && trial.State is TrialState.Completed or TrialState.Stopped or TrialState.Failed)
            return (trial.State, trial.Reason);
        // The other's state at that step is had no more: its run has gone on.
        if (trial.Candidate.Continues is { } from && trial.Checkpoint is null)
            return (TrialState.Failed, $"cannot go on, and its beginning in {from.Candidate} is not kept: {reason}");
        var again = $"goes on from step {trial.SafeStep()}: {reason}";
        var isCommitted = trial.State == TrialState.Committed || (open.IsExport && record.Commit?.Winner == trial.Id);
        return isCommitted ? (TrialState.Committed, again)
            : (trial.Checkpoint is null ? TrialState.Waiting : TrialState.Paused, again);
    }
}
