using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Jobs;

/// <summary>What becomes of trials by their segments.</summary>
public static partial class JobFold
{
    private static JobRecord Started(JobRecord record, SegmentStarted started)
    {
        var trial = record[started.Trial];
        if (trial.OpenSegment() is not null) throw new InvalidDataException($"Trial {trial.Id} already runs; a segment cannot start.");
        if (trial.State is TrialState.Stopped or TrialState.Failed)
            throw new InvalidDataException($"Trial {trial.Id} is {trial.State}; a segment cannot start.");
        var devices = record.Devices.ToDictionary(d => d.Id);
        foreach (var device in started.Devices) devices[device.Id] = device;
        return record.With(trial with
        {
            State = trial.State is TrialState.Committed or TrialState.Completed ? trial.State : TrialState.Running,
            Segments = trial.Segments.Add(started.Segment),
        }) with
        {
            Devices = started.Devices.IsEmpty ? record.Devices : [.. devices.Values.OrderBy(d => d.Id.Value, StringComparer.Ordinal)],
        };
    }

    private static JobRecord Reported(JobRecord record, SegmentReported reported, double at)
    {
        var trial = record[reported.Trial];
        var changed = record.With(WithHit(trial, reported.Points, record.Spec.Objective, at) with
        {
            Curve = trial.Curve.AddRange(reported.Points),
            Checkpoint = reported.Checkpoint ?? trial.Checkpoint,
            StepTime = reported.StepTime ?? trial.StepTime,
            Segments = trial.Segments.SetItem(trial.Segments.Length - 1, Progressed(trial.Segments[^1], reported.Progress) with
            {
                StepTime = reported.StepTime ?? trial.Segments[^1].StepTime,
                StoreFault = reported.StoreFault is not { } fault ? trial.Segments[^1].StoreFault : fault.Length > 0 ? fault : null,
            }),
        }) with
        { News = reported.Points.IsEmpty ? record.News : record.News | JobNews.Points };
        return WithStoreNotice(record, changed);
    }

    /// <summary>What the store of checkpoints does not take is said while it lasts, where nothing else is to be said.</summary>
    private static JobRecord WithStoreNotice(JobRecord before, JobRecord after) =>
        after.Notice.Length > 0 && after.Notice != before.StoreNotice() ? after : after with { Notice = after.StoreNotice() };

    private static Trial WithHit(Trial trial, ImmutableArray<CurvePoint> points, Objective objective, double at)
    {
        if (trial.ReachedTargetAt is not null || objective.Target is null) return trial;
        var inherited = trial.Candidate.Continues?.StepOf(trial.HorizonSteps) ?? 0;
        var hit = points.FirstOrDefault(p => p.Step > inherited && objective.Reaches(p.Deliverable(objective.Direction)));
        return hit is null ? trial
            : trial with { ReachedTargetAt = hit.DeviceSeconds, ReachedTargetStep = hit.Step, ReachedTargetSince = at };
    }

    private static JobRecord Ended(JobRecord record, SegmentEnded ended, double at)
    {
        var trial = record[ended.Trial];
        var open = trial.OpenSegment() ?? throw new InvalidDataException($"Trial {trial.Id} has no running segment to end.");
        return WithStoreNotice(record, record.With(trial with
        {
            State = ended.State,
            Reason = ended.StateReason,
            Restarts = ended.Restarts,
            Segments = trial.Segments.SetItem(trial.Segments.Length - 1, Progressed(open, ended.Progress) with
            {
                EndedAt = at,
                End = ended.End,
                Awaited = ended.Awaited,
                Left = [],
                StoreFault = null,
            }),
        }) with
        { News = record.News | JobNews.Changes });
    }

    private static Segment Progressed(Segment segment, SegmentProgress progress) => segment with
    {
        ToStep = Math.Max(segment.ToStep, progress.Step),
        DeviceSeconds = Math.Max(segment.DeviceSeconds, progress.DeviceSeconds),
        EvaluationSeconds = Math.Max(segment.EvaluationSeconds, progress.EvaluationSeconds),
        OverheadSeconds = Math.Max(segment.OverheadSeconds, progress.OverheadSeconds),
    };

    private static JobRecord Left(JobRecord record, MemberEnded left)
    {
        var trial = record[left.Trial];
        return record.With(trial with
        {
            Segments = [.. trial.Segments.Select(s => !s.Has(left.LeaseToken) ? s
                : s.EndedAt is null ? s with { Left = s.Left.Add(left.LeaseToken) }
                : s with { Awaited = s.Awaited.Remove(left.LeaseToken) })],
        });
    }

    private static JobRecord Branched(JobRecord record, TrialBranched branched) => record.With(record[branched.Trial] with
    {
        State = TrialState.Paused,
        Reason = branched.Reason,
        Curve = [.. record[branched.Predecessor].Curve.TakeWhile(p => p.Step <= branched.Checkpoint.Step)],
        Checkpoint = branched.Checkpoint,
    }) with
    { News = record.News | JobNews.Changes };

    private static JobRecord WithoutCheckpoint(JobRecord record, CheckpointGivenUp lost)
    {
        var changed = record.With(record[lost.Trial] with { Checkpoint = lost.Instead }) with
        {
            Notice = lost.Reason,
            News = record.News | JobNews.Changes,
        };
        // What was to be delivered has to be trained again.
        return record.Exporting != lost.Trial ? changed
            : changed with { Exporting = null, Phase = record.Commits.IsEmpty ? JobPhase.Probing : JobPhase.Committed };
    }
}
