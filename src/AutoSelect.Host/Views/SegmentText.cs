using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Views;

/// <summary>What happened to one trial, for people: segments that began and ended, and the points of the committed run.</summary>
internal static class SegmentText
{
    public static EventLine Started(JobRecord record, Trial trial, Segment segment) =>
        OfSegment(record, trial, segment, EventNames.SegmentStarted) with
        {
            Step = segment.FromStep,
            Text = segment.IsExport
                ? $"{EventText.Name(trial)} is evaluated, also on the test data where there are any, and written on {Devices(segment)}"
            : segment.FromStep == 0 ? $"{EventText.Name(trial)} starts on {Devices(segment)}"
            : $"{EventText.Name(trial)} goes on from step {segment.FromStep} on {Devices(segment)}",
            IsRoutine = !segment.IsExport && IsNextSlice(record, trial, segment),
        };

    /// <summary>True where it goes on after a slice that it did, on the same devices, as if it had not stopped.</summary>
    private static bool IsNextSlice(JobRecord record, Trial trial, Segment segment) =>
        trial.Segments is [.., { End: SegmentEnd.BudgetReached } before, _] && Devices(before) == Devices(segment)
        && !record.Rungs.Any(r => r.Rung > before.Rung
            && r.Decisions.Any(d => d.Trial == trial.Id && d.Kind is DecisionKind.Pause or DecisionKind.Stop));

    public static EventLine Ended(JobRecord record, Trial trial, Segment segment)
    {
        var last = segment.IsExport ? null : trial.Curve.LastOrDefault(p => p.Step <= segment.ToStep);
        var value = last?.Deliverable(record.Spec.Objective.Direction);
        var reached = segment.IsExport ? $"in {Wording.Duration((segment.EndedAt ?? segment.StartedAt) - segment.StartedAt)}"
            : $"step {segment.ToStep} (epoch {Wording.Epochs(Epoch(record, trial, segment.ToStep))}) in {Wording.Duration(segment.Seconds)}"
            + (value is { } v ? $", {record.Spec.Objective.Metric} {Wording.Value(v)}" : "");
        var why = IsFault(segment.End) && trial.Reason.Length > 0 ? $": {trial.Reason}" : "";
        return OfSegment(record, trial, segment, EventNames.SegmentEnded) with
        {
            Step = segment.ToStep,
            Value = value,
            Text = $"{EventText.Name(trial)} {(segment.IsExport ? HowExported(segment.End) : How(segment.End))} {reached}{why}",
            // What comes of a slice is decided next, and told where it changes something.
            IsRoutine = !segment.IsExport && segment.End == SegmentEnd.BudgetReached && segment.ToStep < trial.HorizonSteps,
        };
    }

    /// <summary>
    /// The runs of the committed and of the baseline are long segments: their points are all there is to tell of them, people are told ten.
    /// </summary>
    public static IEnumerable<EventLine> Points(JobRecord record, Trial trial, ImmutableArray<CurvePoint> points)
    {
        var isCommitted = trial.State is TrialState.Committed or TrialState.Completed && record.Commit?.Winner == trial.Id;
        if (points.IsEmpty || (!isCommitted && trial.Candidate.Name != record.Spec.Baseline)) yield break;
        // The record has the points already.
        var told = Tenth(trial, trial.Curve.LastOrDefault(p => p.Step < points[0].Step)?.Step ?? 0);
        foreach (var point in points)
        {
            var tenth = Tenth(trial, point.Step);
            yield return Point(record, trial, point) with { IsRoutine = tenth == told };
            told = tenth;
        }
    }

    private static long Tenth(Trial trial, long step) => 10 * step / Math.Max(1, trial.HorizonSteps);

    public static double Epoch(JobRecord record, Trial trial, long step) =>
        (double)step / LearningRateSchedule.StepsPerEpoch(record.Spec.TrainingExamples, trial.Candidate.BatchSize);

    /// <summary>Every device of a segment, the leading one first.</summary>
    public static string Devices(Segment segment) => string.Join(" + ", segment.Members().Select(m => m.Device));

    private static EventLine Point(JobRecord record, Trial trial, CurvePoint point)
    {
        var value = point.Deliverable(record.Spec.Objective.Direction);
        var text = $"{EventText.Name(trial)} epoch {Wording.Epochs(Epoch(record, trial, point.Step))}: {record.Spec.Objective.Metric} "
            + $"{Wording.Value(value)}";
        return EventText.Line(record, EventNames.Point, text) with
        {
            Trial = trial.Id.Value,
            Candidate = trial.Candidate.Name,
            Step = point.Step,
            Value = value,
        };
    }

    private static EventLine OfSegment(JobRecord record, Trial trial, Segment segment, string name) => EventText.Line(record, name, "") with
    {
        Trial = trial.Id.Value,
        Candidate = trial.Candidate.Name,
        Device = segment.Device.Value,
        Rung = segment.Rung,
    };

    private static bool IsFault(SegmentEnd end) =>
        end is SegmentEnd.Diverged or SegmentEnd.OutOfMemory or SegmentEnd.Failed or SegmentEnd.DeviceLost
            or SegmentEnd.RankLost or SegmentEnd.StorageFailed or SegmentEnd.CheckpointUnusable;

    private static string HowExported(SegmentEnd end) =>
        IsFault(end) ? "could not be written," : end == SegmentEnd.Interrupted ? "was interrupted" : "was evaluated and written";

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
        SegmentEnd.CheckpointUnusable => "could not go on from its checkpoint at",
        _ => "reached",
    };
}
