using System.Diagnostics;
using AutoSelect.Contracts;
using AutoSelect.Training.Ranks;
using TorchSharp;

namespace AutoSelect.Training.Segments;

/// <summary>The loop of one segment: steps, evaluations, checkpoints, and what each of them took.</summary>
internal sealed class SegmentRun(SegmentAssignment assignment, ISegmentObserver observer, torch.Device device, TrainingRanks? ranks)
{
    private const double ProgressEverySeconds = .25;

    // Reading a loss waits for an accelerator, and for other ranks; on a CPU alone it costs nothing.
    private int groupSize = device.type == DeviceType.CPU || ranks is not null ? 1 : 16;
    private readonly bool leads = ranks is null or { Rank: 0 };
    private readonly bool isCpu = device.type == DeviceType.CPU;
    private readonly CheckpointFolder checkpoints = new(assignment);
    private readonly StepClock stepClock = new();
    private LiveTrial? trial;
    private long step = assignment.From?.Step ?? 0;
    private double deviceSeconds;
    private double evaluationSeconds;
    private double overheadSeconds;
    private double checkpointedAt;
    private double lastStepSeconds = double.NaN;
    private double lastHaltSeconds;
    private bool targetReached;
    private long lastProgress = Stopwatch.GetTimestamp();

    /// <param name="take">Gets the trial, from memory or from its checkpoint.</param>
    public SegmentOutcome Train(Func<LiveTrial> take)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            trial = take();
            step = trial.Step;
            trial.Resume();
        }
        finally
        {
            AddOverhead(began);
        }
        return Loop(trial);
    }

    /// <summary>The segment's last report.</summary>
    public SegmentReport Report(SegmentOutcome outcome) => new()
    {
        Job = assignment.Job,
        Trial = assignment.Trial,
        LeaseToken = assignment.LeaseToken,
        Step = step,
        Checkpoint = checkpoints.Newest,
        StepTime = stepClock.Result(),
        DeviceSeconds = deviceSeconds,
        EvaluationSeconds = evaluationSeconds,
        OverheadSeconds = overheadSeconds,
        End = outcome.End,
        Reason = outcome.Reason,
    };

    private SegmentOutcome Loop(LiveTrial trial)
    {
        var last = assignment.LastStep();
        while (true)
        {
            if (trial.IsSynchronised && Halt(trial, last) is { } outcome) return outcome;
            TrainGroup(trial, last);
            if (trial.Losses.Divergence is { } divergence) return new(SegmentEnd.Diverged, divergence);
            if (IsEvaluationDue(step) && Evaluate(trial) is { } bad) return new(SegmentEnd.Diverged, bad);
            TellProgress();
        }
    }

    /// <summary>Follows orders and writes what is due between two steps; what ends the segment, or null.</summary>
    private SegmentOutcome? Halt(LiveTrial trial, long last)
    {
        var next = Agree(trial.Accounts);
        if (next.Order == SegmentOrder.Abandon)
            return new(SegmentEnd.Interrupted, "The lease is gone or the trial was stopped; no checkpoint was written.");
        WriteBranches(trial);
        SegmentEnd? end = next.Order == SegmentOrder.Interrupt ? SegmentEnd.Interrupted
            : targetReached ? SegmentEnd.TargetReached
            : step >= last ? SegmentEnd.BudgetReached : null;
        // Whoever goes on from the branch may begin once the run's own checkpoint is as far: it is told at once.
        if (end is not null || next.IsCheckpointDue || checkpoints.IsBranchDue(step)) WriteCheckpoint(trial);
        return end is null ? null : new(end.Value);
    }

    /// <summary>What is to be done now: what this process sees, or with ranks what they agree on.</summary>
    private RankAgreement Agree(TrialAccounts accounts)
    {
        var own = new RankAgreement(observer.Order, deviceSeconds - checkpointedAt >= assignment.CheckpointEverySeconds, groupSize);
        if (ranks is null) return own;
        var began = Stopwatch.GetTimestamp();
        var agreed = RankAgreement.Reach(ranks, own, lastStepSeconds, lastHaltSeconds);
        groupSize = agreed.Steps;
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        deviceSeconds += seconds;
        accounts.DeviceSeconds += seconds;
        return agreed;
    }

    // Steps up to the next one that the loop must look at, then reads their losses, which waits for the device.
    private void TrainGroup(LiveTrial trial, long last)
    {
        var began = Stopwatch.GetTimestamp();
        var cpuBegan = isCpu ? ThreadCpuClock.Seconds : double.NaN;
        var (steps, cycle) = (0, trial.Cycle);
        do
        {
            trial.Train(isLast: step + 1 == last || checkpoints.IsBranchDue(step + 1));
            step++;
            steps++;
        }
        while ((steps < groupSize || !trial.IsSynchronised) && step < last && !IsEvaluationDue(step)
            && !checkpoints.IsBranchDue(step)
            // Ranks would have to agree more often for it, which costs them a message each time.
            && (ranks is not null || (!cycle.EndsAt(step) && observer.Order == SegmentOrder.Continue)));
        var trained = Stopwatch.GetElapsedTime(began).TotalSeconds;
        trial.ReadLosses();
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        (lastStepSeconds, lastHaltSeconds) = (trained / steps, seconds - trained);
        stepClock.Add(seconds, steps, step, cycle);
        deviceSeconds += seconds;
        trial.Accounts.DeviceSeconds += seconds;
        trial.Accounts.CpuSeconds += (isCpu ? ThreadCpuClock.Seconds : double.NaN) - cpuBegan;
    }

    private bool IsEvaluationDue(long at) => assignment.Evaluation.IsDue(at, trial!.StepsPerEpoch, assignment.HorizonSteps);

    /// <returns>Why the value cannot be used; null when it can.</returns>
    private string? Evaluate(LiveTrial trial)
    {
        var began = Stopwatch.GetTimestamp();
        var values = trial.EvaluateOnValidation();
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        evaluationSeconds += seconds;
        trial.Accounts.EvaluationSeconds += seconds;
        if (!double.IsFinite(values.Raw)) return $"The metric is {values.Raw} at step {step}.";
        var point = new CurvePoint
        {
            Step = step,
            DeviceSeconds = trial.Accounts.DeviceSeconds,
            EvaluationSeconds = trial.Accounts.EvaluationSeconds,
            OverheadSeconds = trial.Accounts.OverheadSeconds,
            Value = values.Raw,
            AveragedValue = values.Averaged,
            TrainingLoss = trial.Losses.TakeMean(),
            CpuSeconds = double.IsNaN(trial.Accounts.CpuSeconds) ? null : trial.Accounts.CpuSeconds,
            Diagnostics = trial.Diagnostics,
        };
        var value = point.Deliverable(assignment.Direction);
        targetReached = assignment.StopsAt(value);
        if (leads) observer.OnPoint(point);
        return null;
    }

    private void WriteCheckpoint(LiveTrial trial)
    {
        checkpointedAt = deviceSeconds;
        if (checkpoints.Newest?.Step == trial.Step && (trial.IsShared || File.Exists(checkpoints.Newest.Uri)))
        {
            if (leads) observer.OnCheckpoint(checkpoints.Newest);
            return;
        }
        var began = Stopwatch.GetTimestamp();
        try
        {
            var checkpoint = checkpoints.Write(trial);
            if (!leads) return;
            observer.OnCheckpoint(checkpoint);
            checkpoints.Prune(observer.StoredCheckpointStep);
        }
        finally
        {
            AddOverhead(began);
        }
    }

    private void WriteBranches(LiveTrial trial)
    {
        if (!checkpoints.IsBranchDue(step)) return;
        var began = Stopwatch.GetTimestamp();
        foreach (var branch in checkpoints.WriteBranches(trial))
            if (leads) observer.OnBranch(branch);
        AddOverhead(began);
    }

    private void AddOverhead(long began)
    {
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        overheadSeconds += seconds;
        if (trial is not null) trial.Accounts.OverheadSeconds += seconds;
    }

    private void TellProgress()
    {
        if (Stopwatch.GetElapsedTime(lastProgress).TotalSeconds < ProgressEverySeconds) return;
        lastProgress = Stopwatch.GetTimestamp();
        observer.OnProgress(step, deviceSeconds, evaluationSeconds, overheadSeconds, stepClock.Result());
    }
}
