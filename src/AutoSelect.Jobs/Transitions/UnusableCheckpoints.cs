using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;

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
    /// <param name="trial">Whose segment.</param>
    /// <param name="open">The segment.</param>
    /// <param name="report">Its end, with the reason.</param>
    /// <param name="progress">How far it has come.</param>
    public static ImmutableArray<JobChange> Changes(Trial trial, Segment open, SegmentReport report, SegmentProgress progress)
    {
        var changes = ImmutableArray.CreateBuilder<JobChange>();
        var instead = trial.Checkpoint?.Before;
        // What is to be delivered stands in no other place: it is tried again.
        if (instead is not null || !open.IsExport)
        {
            changes.Add(new CheckpointGivenUp(trial.Id, instead, report.Reason));
            trial = trial with { Checkpoint = instead };
        }
        var (state, why) = State(trial, open, report.Reason);
        changes.Add(new SegmentEnded(trial.Id, report.End, report.Reason, progress, state, why, trial.Restarts,
            open.StillAwaited(report.LeaseToken)));
        if (!open.IsExport && trial.Segments.Count(s => s.End == SegmentEnd.CheckpointUnusable) + 1 >= Most)
            changes.Add(new JobRequested(JobRequest.Pause($"{trial.Candidate.Name} could not go on {Most} times: {report.Reason}")));
        return changes.ToImmutable();
    }

    private static (TrialState State, string Reason) State(Trial trial, Segment open, string reason)
    {
        if (open.IsExport) return (trial.State, reason);
        if (trial.State is TrialState.Completed or TrialState.Stopped or TrialState.Failed) return (trial.State, trial.Reason);
        // The other's state at that step is had no more: its run has gone on.
        if (trial.Candidate.Continues is { } from && trial.Checkpoint is null)
            return (TrialState.Failed, $"cannot go on, and its beginning in {from.Candidate} is not kept: {reason}");
        var again = $"goes on from step {trial.SafeStep()}: {reason}";
        return trial.State == TrialState.Committed ? (trial.State, again)
            : (trial.Checkpoint is null ? TrialState.Waiting : TrialState.Paused, again);
    }
}
