using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Jobs.Transitions;

/// <summary>
/// What a client that trains elsewhere tells, as the report of a device; and what a report's answer means to it. The client keeps its
/// checkpoints and is asked for little: when a piece is over is said here. Pure.
/// </summary>
public static class Tellings
{
    /// <summary>The report that a device would have made.</summary>
    /// <param name="record">The job, which has given the piece to the client.</param>
    /// <param name="tell">The news.</param>
    /// <param name="now">Seconds of the job's clock.</param>
    /// <exception cref="ArgumentException">The news breaks a rule; the message gives the value and the rule.</exception>
    public static SegmentReport Report(JobRecord record, TellCall tell, double now)
    {
        var trial = record[tell.Trial];
        var report = new SegmentReport { Job = record.Id, Trial = tell.Trial, LeaseToken = tell.Token, Step = tell.Step };
        // The last word of what is over.
        if (trial.OpenSegment() is not { } open || !open.Has(tell.Token)) return report with { End = SegmentEnd.Interrupted };
        Check(record, trial, open, tell);
        var clock = new ToldClock(trial, open, tell, now);
        ImmutableArray<CurvePoint> points = [.. tell.Points.Where(p => double.IsFinite(p.Value)).Select(clock.Point)];
        var (end, reason) = End(record, trial, open, tell);
        return report with
        {
            Points = points,
            Checkpoint = Kept(record, trial, tell, end),
            StepTime = clock.StepTime(points),
            DeviceSeconds = clock.Training,
            EvaluationSeconds = clock.Evaluation,
            OverheadSeconds = clock.Overhead,
            End = end,
            Reason = reason,
        };
    }

    /// <summary>What the client is to do, and how its piece ends now where it does though it did not say so.</summary>
    /// <param name="before">The job before the report.</param>
    /// <param name="tell">What was told.</param>
    /// <param name="report">The same as a report.</param>
    /// <param name="reply">Its answer.</param>
    /// <returns>The order, with the last report of the piece; null where it goes on, or has ended already.</returns>
    public static (TellOrder Order, SegmentReport? Last) Answer(JobRecord before, TellCall tell, SegmentReport report, ReportReply reply)
    {
        var trial = before[tell.Trial];
        if (trial.OpenSegment() is not { } open || !open.Has(tell.Token)) return (Former(trial, tell), null);
        if (report.End != SegmentEnd.None)
            return (report.End is SegmentEnd.BudgetReached or SegmentEnd.TargetReached or SegmentEnd.Interrupted ? TellOrder.Done
                : TellOrder.Stop, null);
        var last = report with { Points = [], End = SegmentEnd.Interrupted };
        return reply.Order switch
        {
            SegmentOrder.Abandon => (TellOrder.Stop, last),
            // Who keeps no checkpoint has nothing to save before its end.
            SegmentOrder.Interrupt when !Resumes(before) => (TellOrder.Stop, last),
            SegmentOrder.Interrupt => IsSafe(trial, open, tell) ? (TellOrder.Done, last) : (TellOrder.Pause, null),
            _ => (IsAtEnd(before, trial, open, tell) ? TellOrder.Pause : TellOrder.Continue, null),
        };
    }

    private static void Check(JobRecord record, Trial trial, Segment open, TellCall tell)
    {
        if (tell.Step < open.FromStep)
            throw new ArgumentException($"step is {tell.Step}: the piece began at step {open.FromStep}.");
        if (tell.Step > trial.HorizonSteps)
            throw new ArgumentException($"step is {tell.Step}: the run of {trial.Candidate.Name} has {trial.HorizonSteps} steps.");
        if (tell.Points.FirstOrDefault(p => p.Step > tell.Step) is { } ahead)
            throw new ArgumentException(
                $"points.step is {ahead.Step}: step is {tell.Step}, and no value can be of a step that is not done.");
        if (tell.Checkpoint is { } name && !Resumes(record))
            throw new ArgumentException($"checkpoint is '{name}': the job says resumes: false, and goes on from none.");
    }

    private static (SegmentEnd End, string Reason) End(JobRecord record, Trial trial, Segment open, TellCall tell)
    {
        if (tell.Points.FirstOrDefault(p => !double.IsFinite(p.Value)) is { } diverged)
            return (SegmentEnd.Diverged, $"{record.Spec.Objective.Metric} is {diverged.Value} at step {diverged.Step}.");
        string Said(string otherwise) => tell.Reason.Length > 0 ? tell.Reason : otherwise;
        switch (tell.End)
        {
            case TellEnd.GivenBack: return (SegmentEnd.Interrupted, Said("its client gave it back"));
            case TellEnd.Failed: return (SegmentEnd.Failed, Said("its client said that it failed"));
            case TellEnd.OutOfMemory: return (SegmentEnd.OutOfMemory, Said("its client said that it does not fit into its memory"));
            case TellEnd.CheckpointUnusable when open.FromStep > 0:
                return (SegmentEnd.CheckpointUnusable, Said("its client cannot read the checkpoint"));
            case TellEnd.CheckpointUnusable:
                throw new ArgumentException("end is CheckpointUnusable: the piece goes on from no checkpoint.");
        }
        if (!IsAtEnd(record, trial, open, tell) || (Resumes(record) && !IsSafe(trial, open, tell))) return (SegmentEnd.None, "");
        return (IsTargetReached(record, trial, open, tell) ? SegmentEnd.TargetReached : SegmentEnd.BudgetReached, "");
    }

    /// <summary>True where the client has come as far as it is to come, whether it has saved that or not.</summary>
    private static bool IsAtEnd(JobRecord record, Trial trial, Segment open, TellCall tell) =>
        tell.Step >= Until(record.Spec.Workload, open.UntilStep, trial.HorizonSteps) || IsTargetReached(record, trial, open, tell);

    /// <summary>Step at which a piece ends: of a run that cannot go on from a checkpoint that of its end.</summary>
    /// <param name="workload">Of the job.</param>
    /// <param name="until">Step that the piece was sent to.</param>
    /// <param name="horizon">Steps of the run.</param>
    public static long Until(WorkloadReference workload, long until, long horizon) =>
        workload.Program is { CanResume: false } ? horizon : Math.Min(until, horizon);

    private static bool IsTargetReached(JobRecord record, Trial trial, Segment open, TellCall tell)
    {
        var objective = record.Spec.Objective;
        if (PolicyCatalogue.Get(record.Spec.Policy).RunsTrialsToTheirHorizons || objective.Target is null) return false;
        return tell.Points.Any(p => objective.Reaches(p.Value))
            || trial.Curve.Any(p => p.Step > open.FromStep && objective.Reaches(p.Value));
    }

    private static bool Resumes(JobRecord record) => record.Spec.Workload.Program is not { CanResume: false };

    /// <summary>True where nothing is lost of the steps that are done.</summary>
    private static bool IsSafe(Trial trial, Segment open, TellCall tell) =>
        tell.Checkpoint is not null || tell.Step == open.FromStep || trial.SafeStep() == tell.Step;

    /// <summary>The newest checkpoint; of a run that keeps none only its end stands for one.</summary>
    private static Checkpoint? Kept(JobRecord record, Trial trial, TellCall tell, SegmentEnd end)
    {
        var isEnd = !Resumes(record) && end is SegmentEnd.BudgetReached or SegmentEnd.TargetReached;
        if ((tell.Checkpoint ?? (isEnd ? "" : null)) is not { } name) return trial.Checkpoint;
        var uri = CheckpointUri.KeptElsewhere(name);
        if (trial.Checkpoint?.Step == tell.Step && trial.Checkpoint.Uri == uri) return trial.Checkpoint;
        var before = trial.Checkpoint is { } last ? last with { Before = null } : null;
        return new Checkpoint { Uri = uri, Step = tell.Step, Bytes = 0, Before = before };
    }

    /// <summary>The answer to news of a piece that is over: to what ended it, said again, the same as the first time.</summary>
    private static TellOrder Former(Trial trial, TellCall tell) => trial.Segments.LastOrDefault(s => s.Has(tell.Token)) switch
    {
        _ when trial.State is TrialState.Stopped or TrialState.Failed => TellOrder.Stop,
        { End: SegmentEnd.BudgetReached or SegmentEnd.TargetReached } => TellOrder.Done,
        { End: SegmentEnd.Interrupted } when tell.End == TellEnd.GivenBack || tell.Checkpoint is not null => TellOrder.Done,
        _ => TellOrder.Stop,
    };
}
