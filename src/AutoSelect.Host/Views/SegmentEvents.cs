using AutoSelect.Contracts;
using AutoSelect.Planning.JobFiles;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Host.Views;

/// <summary>What happened to one trial: segments that began and ended, and the points of the committed run.</summary>
internal static class SegmentEvents
{
    public static IEnumerable<JobEvent> Of(JobRecord record, Trial? before, Trial after)
    {
        for (var i = 0; i < after.Segments.Length; i++)
        {
            var segment = after.Segments[i];
            var known = i < before?.Segments.Length ? before.Segments[i] : null;
            if (known is null) yield return Started(record, after, segment);
            if (segment.End != SegmentEnd.None && known is null or { End: SegmentEnd.None }) yield return Ended(record, after, segment);
        }
        // The committed run is one long segment: its points are all there is to tell.
        if (after.State is not (TrialState.Committed or TrialState.Completed) || record.Commit?.Winner != after.Id) yield break;
        foreach (var point in after.Curve.Skip(before?.Curve.Length ?? 0))
        {
            var committedAt = record.Rungs.LastOrDefault(r => r.Rung == record.Commit.Rung)?.Horizon.GetValueOrDefault(after.Id.Value) ?? 0;
            if (point.Step > committedAt) yield return Point(record, after, point);
        }
    }

    private static JobEvent Started(JobRecord record, Trial trial, Segment segment) => new()
    {
        Event = JobEventNames.SegmentStarted,
        At = segment.StartedAt,
        Job = record.Id.Value,
        Trial = trial.Id.Value,
        Candidate = trial.Candidate.Name,
        Device = segment.Device.Value,
        Step = segment.FromStep,
        Rung = segment.Rung,
        Text = segment.FromStep == 0
            ? $"{RecordDifference.Name(trial)} starts on {Devices(segment)}"
            : $"{RecordDifference.Name(trial)} goes on from step {segment.FromStep} on {Devices(segment)}",
    };

    private static JobEvent Ended(JobRecord record, Trial trial, Segment segment)
    {
        var last = trial.Curve.LastOrDefault(p => p.Step <= segment.ToStep);
        var value = last?.Deliverable(record.Spec.Objective.Direction);
        var seconds = segment.DeviceSeconds + segment.EvaluationSeconds + segment.OverheadSeconds;
        var reached = $"step {segment.ToStep} (epoch {Wording.Epochs(Epoch(record, trial, segment.ToStep))}) in {Wording.Duration(seconds)}"
            + (value is { } v ? $", {record.Spec.Objective.Metric} {Wording.Value(v)}" : "");
        return new JobEvent
        {
            Event = JobEventNames.SegmentEnded,
            At = segment.EndedAt ?? record.ElapsedSeconds,
            Job = record.Id.Value,
            Trial = trial.Id.Value,
            Candidate = trial.Candidate.Name,
            Device = segment.Device.Value,
            Step = segment.ToStep,
            Value = value,
            Rung = segment.Rung,
            Text = $"{RecordDifference.Name(trial)} {How(segment.End)} {reached}" + (IsFault(segment.End) && trial.Reason.Length > 0 ? $": {trial.Reason}" : ""),
        };
    }

    private static JobEvent Point(JobRecord record, Trial trial, CurvePoint point)
    {
        var value = point.Deliverable(record.Spec.Objective.Direction);
        return new JobEvent
        {
            Event = JobEventNames.Point,
            At = record.ElapsedSeconds,
            Job = record.Id.Value,
            Trial = trial.Id.Value,
            Candidate = trial.Candidate.Name,
            Step = point.Step,
            Value = value,
            Text = $"{RecordDifference.Name(trial)} epoch {Wording.Epochs(Epoch(record, trial, point.Step))}: {record.Spec.Objective.Metric} {Wording.Value(value)}",
        };
    }

    public static double Epoch(JobRecord record, Trial trial, long step) =>
        (double)step / LearningRateSchedule.StepsPerEpoch(record.Spec.TrainingExamples, trial.Candidate.BatchSize);

    /// <summary>Every device of a segment, the leading one first.</summary>
    public static string Devices(Segment segment) => string.Join(" + ", segment.Members().Select(m => m.Device));

    private static bool IsFault(SegmentEnd end) =>
        end is SegmentEnd.Diverged or SegmentEnd.OutOfMemory or SegmentEnd.Failed or SegmentEnd.DeviceLost or SegmentEnd.RankLost or SegmentEnd.StorageFailed;

    private static string How(SegmentEnd end) => end switch
    {
        SegmentEnd.TargetReached => "reached the target at",
        SegmentEnd.Interrupted => "was interrupted at",
        SegmentEnd.Diverged => "diverged at",
        SegmentEnd.OutOfMemory => "ran out of memory at",
        SegmentEnd.Failed => "failed at",
        SegmentEnd.DeviceLost => "lost its device at",
        SegmentEnd.RankLost => "lost a rank at",
        SegmentEnd.StorageFailed => "could not write its checkpoint at",
        _ => "reached",
    };
}
