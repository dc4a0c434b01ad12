using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;

namespace AutoSelect.Jobs.Transitions;

/// <summary>
/// What follows from the report of a device. A report under a token that is over changes nothing, but may be a device's last word. Pure.
/// </summary>
public static class SegmentReports
{
    /// <param name="record">The job.</param>
    /// <param name="report">What a device says.</param>
    /// <param name="now">Seconds of the job's clock.</param>
    /// <returns>Nothing where the report has no news that are worth keeping.</returns>
    public static ImmutableArray<JobChange> Changes(JobRecord record, SegmentReport report, double now)
    {
        if (record.Find(report.Trial) is not { } trial) return [];
        if (trial.OpenSegment() is not { } open || !open.Has(report.LeaseToken)) return FromFormer(record, trial, report);
        return open.LeaseToken == report.LeaseToken ? FromLeader(record, trial, open, report, now) : FromPeer(record, trial, open, report);
    }

    /// <summary>Steps up to which points are stored; −1 before the first.</summary>
    public static long Acknowledged(JobRecord? record, TrialId trial) => record?.Find(trial) is { Curve: [.., var last] } ? last.Step : -1;

    private static ImmutableArray<JobChange> FromLeader(JobRecord record, Trial trial, Segment open, SegmentReport report, double now)
    {
        var changes = ImmutableArray.CreateBuilder<JobChange>();
        ImmutableArray<CurvePoint> points = [.. report.Points.Where(p => p.Step > trial.LastPoint())
            .OrderBy(p => p.Step).DistinctBy(p => p.Step)];
        // An older report may come after a newer one; its checkpoint has been removed since.
        var checkpoint = report.Checkpoint == trial.Checkpoint || report.Checkpoint?.Step < trial.SafeStep() ? null : report.Checkpoint;
        var storeFault = report.StoreFault == (open.StoreFault ?? "") || report.End != SegmentEnd.None ? null : report.StoreFault;
        if (!points.IsEmpty || checkpoint is not null || storeFault is not null)
        {
            var reported = new SegmentReported(trial.Id, points, checkpoint, report.StepTime, ProgressIn(report), storeFault);
            changes.Add(reported);
            trial = trial with
            {
                Checkpoint = checkpoint ?? trial.Checkpoint,
                Curve = trial.Curve.AddRange(points),
                StepTime = report.StepTime ?? trial.StepTime,
            };
        }
        if (report.End == SegmentEnd.None) return changes.ToImmutable();
        if (report.End == SegmentEnd.CheckpointUnusable)
            return [.. changes, .. UnusableCheckpoints.Changes(record, trial, open, report, ProgressIn(report))];
        if (open.IsExport && report.Final is { } final)
            return [.. changes, Ended(trial, open, report, ProgressIn(report), awaited: []),
                new JobEnded(JobPhase.Completed, Outcomes.Delivered(record.With(trial), trial, final, now))];
        if (report.End is SegmentEnd.RankLost or SegmentEnd.DeviceLost)
            return
            [
                .. changes, LostDevices.Broken(trial, report.End, report.Reason, ProgressIn(report), isBlameless: false, report.LeaseToken)
            ];
        changes.Add(Ended(trial, open, report, ProgressIn(report), awaited: []));
        // The answer is known: its weights are tried a few times, and else lie in its checkpoint.
        if (report.End == SegmentEnd.StorageFailed && !open.IsExport) changes.Add(new JobRequested(JobRequest.Interrupt(report.Reason)));
        return changes.ToImmutable();
    }

    private static ImmutableArray<JobChange> FromPeer(JobRecord record, Trial trial, Segment open, SegmentReport report)
    {
        if (report.End == SegmentEnd.None || open.Left.Contains(report.LeaseToken)) return [];
        if (report.End != SegmentEnd.CheckpointUnusable && !IsOwnError(report.End)) return [new MemberEnded(trial.Id, report.LeaseToken)];
        var named = report with { Reason = $"{open.NameOfMember(report.LeaseToken)}: {report.Reason}" };
        if (report.End == SegmentEnd.CheckpointUnusable) return UnusableCheckpoints.Changes(record, trial, open, named, open.Progress());
        return [Ended(trial, open, named, open.Progress(), open.StillAwaited(report.LeaseToken)), .. PausedBy(named)];
    }

    /// <summary>Fenced off; but the device is free when it was the last report, and it may say why the segment broke.</summary>
    private static ImmutableArray<JobChange> FromFormer(JobRecord record, Trial trial, SegmentReport report)
    {
        if (report.End == SegmentEnd.None || trial.Segments.LastOrDefault(s => s.Awaited.Contains(report.LeaseToken)) is not { } former)
            return [];
        var ended = new MemberEnded(trial.Id, report.LeaseToken);
        if (!record.IsRunning || !trial.IsAlive || !IsOwnError(report.End)) return [ended];
        var reason = $"{former.NameOfMember(report.LeaseToken)}: {report.Reason}";
        return report.End == SegmentEnd.StorageFailed
            ? [ended, new JobRequested(JobRequest.Interrupt(reason))]
            : [ended, new TrialEnded(trial.Id, TrialState.Failed, reason)];
    }

    /// <summary>A segment that ended by itself, or by order.</summary>
    private static SegmentEnded Ended(
        Trial trial, Segment open, SegmentReport report, SegmentProgress progress, ImmutableArray<long> awaited)
    {
        var (state, reason) = report.End switch
        {
            _ when report.Final is not null => (trial.State, trial.Reason),
            _ when open.IsExport => (trial.State, report.Reason.Length > 0 ? report.Reason : "its weights were not written"),
            SegmentEnd.Diverged or SegmentEnd.OutOfMemory or SegmentEnd.Failed => (TrialState.Failed, report.Reason),
            _ when trial.State is TrialState.Completed or TrialState.Stopped or TrialState.Failed => (trial.State, trial.Reason),
            _ when trial.SafeStep() >= trial.HorizonSteps => (TrialState.Completed, "reached the end of its schedule"),
            _ when trial.State == TrialState.Committed => (trial.State, trial.Reason),
            _ => (trial.Checkpoint is null ? TrialState.Waiting : TrialState.Paused,
                report.Reason.Length > 0 ? report.Reason : "waits for the next decision"),
        };
        return new SegmentEnded(trial.Id, report.End, report.Reason, progress, state, reason, trial.Restarts, awaited);
    }

    private static ImmutableArray<JobChange> PausedBy(SegmentReport report) =>
        report.End == SegmentEnd.StorageFailed ? [new JobRequested(JobRequest.Interrupt(report.Reason))] : [];

    /// <summary>A device tells its step now and then, and each point at once: it is at least where it has measured.</summary>
    private static SegmentProgress ProgressIn(SegmentReport report) =>
        new(report.Points.IsDefaultOrEmpty ? report.Step : Math.Max(report.Step, report.Points.Max(p => p.Step)),
            report.DeviceSeconds, report.EvaluationSeconds, report.OverheadSeconds);

    private static bool IsOwnError(SegmentEnd end) => end is SegmentEnd.Failed or SegmentEnd.OutOfMemory or SegmentEnd.StorageFailed;
}
