using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Grains;

/// <summary>What may happen to a job's record. Pure; an illegal transition throws.</summary>
internal static class JobTransitions
{
    /// <exception cref="ArgumentException">A candidate continues one it cannot.</exception>
    public static JobRecord Create(JobId id, JobSpec spec, string folder, DateTimeOffset now)
    {
        Branches.Check(spec);
        return new()
        {
            Id = id,
            Spec = spec,
            Phase = JobPhase.Probing,
            StartedAt = now,
            ElapsedSeconds = 0,
            Folder = folder,
            Trials = [.. spec.Candidates.Select((candidate, i) => NotBegun(TrialId.At(i), candidate, candidate.Schedule.HorizonSteps(spec.TrainingExamples, candidate.BatchSize)))],
        };
    }

    public static JobRecord With(this JobRecord record, Trial trial) =>
        record with { Trials = record.Trials.SetItem(record.Trials.FindIndex(trial.Id), trial) };

    public static JobRecord WithCheckpointBytes(this JobRecord record) =>
        record with { CheckpointBytes = record.Trials.Sum(t => t.Checkpoint?.Bytes ?? 0) };

    /// <summary>The segment that runs, if any.</summary>
    public static Segment? OpenSegment(this Trial trial) =>
        trial.Segments is [.., { EndedAt: null } last] ? last : null;

    /// <summary>Steps that are safe: those of the checkpoint.</summary>
    public static long SafeStep(this Trial trial) => trial.Checkpoint?.Step ?? 0;

    /// <summary>Begins a segment on leases, that of the leading rank first.</summary>
    public static Trial Started(this Trial trial, IReadOnlyList<Lease> leases, int rung, double at)
    {
        if (trial.OpenSegment() is not null) throw new InvalidOperationException($"Trial {trial.Id} already runs; a segment cannot start.");
        if (trial.State is TrialState.Stopped or TrialState.Failed) throw new InvalidOperationException($"Trial {trial.Id} is {trial.State}; a segment cannot start.");
        return trial with
        {
            State = trial.State is TrialState.Committed or TrialState.Completed ? trial.State : TrialState.Running,
            Segments = trial.Segments.Add(new Segment
            {
                Device = leases[0].Device,
                LeaseToken = leases[0].Token,
                Peers = [.. leases.Skip(1).Select(l => new SegmentMember(l.Device, l.Token))],
                Rung = rung,
                StartedAt = at,
                FromStep = trial.SafeStep(),
                ToStep = trial.SafeStep(),
            }),
        };
    }

    /// <summary>Takes in a report of the running segment.</summary>
    /// <param name="added">The points that were new.</param>
    public static Trial Reported(this Trial trial, SegmentReport report, double at, out ImmutableArray<CurvePoint> added)
    {
        var open = trial.OpenSegment() ?? throw new InvalidOperationException($"Trial {trial.Id} has no running segment to report on.");
        var last = trial.Curve.IsEmpty ? 0 : trial.Curve[^1].Step;
        added = [.. report.Points.Where(p => p.Step > last).OrderBy(p => p.Step).DistinctBy(p => p.Step)];
        var ended = report.End != SegmentEnd.None;
        return trial with
        {
            Curve = trial.Curve.AddRange(added),
            Checkpoint = report.Checkpoint ?? trial.Checkpoint,
            StepTime = report.StepTime ?? trial.StepTime,
            Segments = trial.Segments.SetItem(trial.Segments.Length - 1, open with
            {
                ToStep = Math.Max(open.ToStep, report.Step),
                DeviceSeconds = Math.Max(open.DeviceSeconds, report.DeviceSeconds),
                EvaluationSeconds = Math.Max(open.EvaluationSeconds, report.EvaluationSeconds),
                OverheadSeconds = Math.Max(open.OverheadSeconds, report.OverheadSeconds),
                EndedAt = ended ? at : null,
                End = report.End,
            }),
        };
    }

    /// <summary>The state after a segment has ended by itself.</summary>
    public static Trial Ended(this Trial trial, SegmentReport report)
    {
        var committed = trial.State is TrialState.Committed;
        return report.End switch
        {
            SegmentEnd.Diverged or SegmentEnd.OutOfMemory or SegmentEnd.Failed =>
                trial with { State = TrialState.Failed, Reason = report.Reason },
            _ when trial.State is TrialState.Completed or TrialState.Stopped or TrialState.Failed => trial,
            _ when committed && trial.SafeStep() >= trial.HorizonSteps =>
                trial with { State = TrialState.Completed, Reason = "reached the end of its schedule" },
            _ when committed => trial,
            _ => trial with { State = TrialState.Paused, Reason = report.Reason.Length > 0 ? report.Reason : "waits for the next decision" },
        };
    }

    /// <summary>A device is gone: the trial goes on from its checkpoint, unless that happened too often without any progress.</summary>
    /// <param name="end">Whether the only or leading device was lost, or another rank.</param>
    public static Trial Lost(this Trial trial, double at, string reason, int restartLimit, SegmentEnd end = SegmentEnd.DeviceLost)
    {
        var open = trial.OpenSegment() ?? throw new InvalidOperationException($"Trial {trial.Id} has no running segment to lose.");
        var what = end == SegmentEnd.RankLost ? "a rank" : "its device";
        var restarts = trial.Restarts + 1;
        var closed = trial with
        {
            Restarts = restarts,
            Segments = trial.Segments.SetItem(trial.Segments.Length - 1, open with { EndedAt = at, End = end }),
        };
        if (trial.State is TrialState.Stopped or TrialState.Failed or TrialState.Completed) return closed;
        var inVain = closed.Segments.Reverse().TakeWhile(s => s.End is SegmentEnd.DeviceLost or SegmentEnd.RankLost && s.FromStep == trial.SafeStep()).Count();
        if (inVain > restartLimit)
            return closed with { State = TrialState.Failed, Reason = $"lost {what} {inVain} times at step {trial.SafeStep()} (at most {restartLimit} are borne); last: {reason}" };
        return closed with
        {
            State = trial.State is TrialState.Committed ? TrialState.Committed : trial.Checkpoint is null ? TrialState.Waiting : TrialState.Paused,
            Reason = $"lost {what} ({reason}); goes on from step {trial.SafeStep()}",
        };
    }

    /// <summary>The state a decision puts a trial into; a running trial of a decided rung has ended its segment.</summary>
    public static Trial Decided(this Trial trial, Decision decision) => decision.Kind switch
    {
        DecisionKind.Continue => trial with
        {
            State = trial.State is TrialState.Committed ? TrialState.Committed : trial.Checkpoint is null ? TrialState.Waiting : TrialState.Paused,
            Reason = decision.Reason,
        },
        DecisionKind.Pause => trial with { State = trial.Checkpoint is null ? TrialState.Waiting : TrialState.Paused, Reason = decision.Reason },
        DecisionKind.Stop => trial with { State = TrialState.Stopped, Reason = decision.Reason },
        DecisionKind.Commit when trial.SafeStep() >= trial.HorizonSteps => trial with { State = TrialState.Completed, Reason = decision.Reason },
        DecisionKind.Commit => trial with { State = TrialState.Committed, Reason = decision.Reason },
        _ => throw new InvalidOperationException($"Unknown decision {decision.Kind}."),
    };

    private static Trial NotBegun(TrialId id, Candidate candidate, long horizonSteps) => new()
    {
        Id = id,
        Candidate = candidate,
        State = TrialState.Waiting,
        Reason = Branches.Waits(candidate, horizonSteps),
        HorizonSteps = horizonSteps,
    };

    private static int FindIndex(this ImmutableArray<Trial> trials, TrialId id)
    {
        for (var i = 0; i < trials.Length; i++)
            if (trials[i].Id == id) return i;
        throw new KeyNotFoundException($"The job has no trial {id}; it has {trials.Length}.");
    }
}
