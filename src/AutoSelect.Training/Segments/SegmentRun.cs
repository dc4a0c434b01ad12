using System.Diagnostics;
using AutoSelect.Contracts;
using TorchSharp;

namespace AutoSelect.Training;

/// <summary>The loop of one segment: steps, evaluations, checkpoints, and what each of them took.</summary>
internal sealed class SegmentRun(SegmentAssignment assignment, ISegmentObserver observer, torch.Device device)
{
    private const double ProgressEverySeconds = .25;

    // Reading a loss waits for an accelerator; on a CPU it costs nothing.
    private readonly int groupSize = device.type == DeviceType.CPU ? 1 : 16;
    private readonly bool isCpu = device.type == DeviceType.CPU;
    private readonly CheckpointFolder checkpoints = new(assignment);
    private readonly StepClock stepClock = new();
    private LiveTrial? trial;
    private long step = assignment.From?.Step ?? 0;
    private double deviceSeconds;
    private double evaluationSeconds;
    private double overheadSeconds;
    private double checkpointedAt;
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
        var last = Math.Min(assignment.UntilStep, assignment.HorizonSteps);
        while (true)
        {
            var order = observer.Order;
            if (order == SegmentOrder.Abandon) return new(SegmentEnd.Interrupted, "The lease is gone or the trial was stopped; no checkpoint was written.");
            WriteBranches(trial);
            SegmentEnd? end = order == SegmentOrder.Interrupt ? SegmentEnd.Interrupted
                : targetReached ? SegmentEnd.TargetReached
                : step >= last || deviceSeconds >= assignment.UntilDeviceSeconds ? SegmentEnd.BudgetReached : null;
            if (end is not null)
            {
                WriteCheckpoint(trial);
                return new(end.Value);
            }
            if (deviceSeconds - checkpointedAt >= assignment.CheckpointEverySeconds) WriteCheckpoint(trial);

            TrainGroup(trial, last);
            if (trial.Losses.Divergence is { } divergence) return new(SegmentEnd.Diverged, divergence);
            if (IsEvaluationDue(step) && Evaluate(trial) is { } bad) return new(SegmentEnd.Diverged, bad);
            TellProgress();
        }
    }

    // Steps up to the next one that the loop must look at, then reads their losses, which waits for the device.
    private void TrainGroup(LiveTrial trial, long last)
    {
        var began = Stopwatch.GetTimestamp();
        var cpuBegan = isCpu ? ThreadCpuClock.Seconds : double.NaN;
        var steps = 0;
        do
        {
            trial.Train();
            step++;
            steps++;
        }
        while (steps < groupSize && step < last && !IsEvaluationDue(step) && !checkpoints.IsBranchDue(step) && observer.Order == SegmentOrder.Continue);
        trial.Losses.Read();
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        stepClock.Add(seconds, steps);
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
        targetReached = assignment.StopAtValue is { } target && (assignment.Direction == Direction.Maximize ? value >= target : value <= target);
        observer.OnPoint(point);
        return null;
    }

    private void WriteCheckpoint(LiveTrial trial)
    {
        checkpointedAt = deviceSeconds;
        if (checkpoints.Newest?.Step == trial.Step && File.Exists(checkpoints.Newest.Uri))
        {
            observer.OnCheckpoint(checkpoints.Newest);
            return;
        }
        var began = Stopwatch.GetTimestamp();
        try
        {
            var checkpoint = checkpoints.Write(trial);
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
        checkpoints.WriteBranches(trial);
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
