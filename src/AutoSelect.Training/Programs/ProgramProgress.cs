using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Segments;

namespace AutoSelect.Training.Programs;

/// <summary>How far a program has come: its points, its checkpoints and what they took.</summary>
internal sealed class ProgramProgress(SegmentAssignment assignment, ISegmentObserver observer, TimeProvider time)
{
    private const double ProgressEverySeconds = .25;

    private readonly ProgramReference program = assignment.Workload.Program!;
    private readonly ProgramClock clock = new(time, assignment.From?.Step ?? 0);
    private readonly long last = assignment.LastStep();
    private ProgramAccounts before = new();
    private double? value;
    private double told;
    private long measuredAt = -1;
    private int points;

    /// <summary>The segment's checkpoints.</summary>
    public CheckpointFolder Checkpoints { get; } = new(assignment);

    /// <summary>Steps done.</summary>
    public long Step { get; private set; } = assignment.From?.Step ?? 0;

    /// <summary>Why its metric cannot be used; null while it can.</summary>
    public string? Divergence { get; private set; }

    /// <summary>True once a point has reached the segment's value.</summary>
    public bool IsTargetReached { get; private set; }

    /// <summary>True when its steps are done.</summary>
    public bool IsDone => Step >= last;

    /// <summary>True when the newest checkpoint holds all steps done.</summary>
    public bool IsSaved => Checkpoints.Newest?.Step == Step;

    /// <summary>True when the newest checkpoint, or the one that the segment began with, holds all steps done.</summary>
    public bool IsNothingLost => IsSaved || Step == (assignment.From?.Step ?? 0);

    /// <summary>True when a point was measured in this segment.</summary>
    public bool HasPoints => points > 0;

    /// <summary>The newest checkpoint.</summary>
    public Checkpoint? Newest => Checkpoints.Newest;

    /// <summary>Reads what the checkpoint to go on from says.</summary>
    /// <exception cref="UnusableCheckpointException">It is missing or corrupt.</exception>
    public void Begin()
    {
        if (assignment.From is not { } from) return;
        var manifest = ProgramCheckpoint.Read(from);
        (before, value) = (manifest.Accounts, manifest.Value);
    }

    /// <summary>When the program has told what is taken of it next, as a timestamp of the clock.</summary>
    public void Heard(long at) => clock.Heard(at);

    /// <summary>When the program has ended, as a timestamp of the clock.</summary>
    public void Ended(long at) => clock.Ended(at);

    /// <returns>True where the program has come further with it.</returns>
    /// <exception cref="ProtocolBrokenException">The message is not allowed now.</exception>
    public bool Take(ProgramMessage message, ProgramPacking packing)
    {
        var (step, measured, isFirst) = (Step, points, clock.Started());
        switch (message)
        {
            case ProgramMessage.Hello hello when hello.Version != ProgramProtocol.Version:
                throw new ProtocolBrokenException(
                    $"The program speaks protocol {hello.Version}, this device {ProgramProtocol.Version}: install the module that came "
                    + "with it.");
            case ProgramMessage.Progress reached:
                Advance(reached.Step, reached.EvaluationSeconds);
                Measure(reached, clock.AccountsThen);
                break;
            case ProgramMessage.Saved saved:
                Advance(saved.Step, 0);
                clock.Saved(saved.Seconds);
                packing.Add(saved.Folder, Manifest());
                break;
            case ProgramMessage.End end:
                Advance(end.Step, 0);
                break;
        }
        return isFirst || Step > step || points > measured || message is ProgramMessage.Saved;
    }

    /// <summary>Takes a point from what the program writes anyway: what is known already stands there again when it goes on.</summary>
    /// <returns>True where the program has come further with it.</returns>
    public bool TakeLogged(ProgramMessage.Progress point, ProgramPacking packing)
    {
        if (point.Step < (assignment.From?.Step ?? 0) || point.Step <= measuredAt) return false;
        if (point.Step >= Step) return Take(point, packing);
        // What is written to a log comes later than the steps that the program tells of.
        Measure(point, clock.AccountsAfter(point.Step));
        return true;
    }

    /// <summary>The program has ended well, and cannot go on from a checkpoint: what is in its working folder is its answer.</summary>
    public void TakeAnswer(ProgramPacking packing)
    {
        Advance(assignment.HorizonSteps, 0);
        packing.AddAnswer(Manifest());
    }

    /// <summary>Tells of progress, a few times a second at most.</summary>
    public void Tell()
    {
        if (clock.Now - told < ProgressEverySeconds) return;
        told = clock.Now;
        var accounts = clock.Accounts;
        observer.OnProgress(Step, accounts.DeviceSeconds, accounts.EvaluationSeconds, accounts.OverheadSeconds, clock.StepTime);
    }

    /// <summary>The segment's last report.</summary>
    public SegmentReport Report(SegmentOutcome outcome)
    {
        var accounts = clock.Accounts;
        return new SegmentReport
        {
            Job = assignment.Job,
            Trial = assignment.Trial,
            LeaseToken = assignment.LeaseToken,
            Step = Step,
            Checkpoint = Checkpoints.Newest,
            StepTime = clock.StepTime,
            DeviceSeconds = accounts.DeviceSeconds,
            EvaluationSeconds = accounts.EvaluationSeconds,
            OverheadSeconds = accounts.OverheadSeconds,
            End = outcome.End,
            Reason = outcome.Reason,
        };
    }

    private void Advance(long step, double evaluationSeconds)
    {
        if (step < Step) throw new ProtocolBrokenException($"The program is at step {step} after step {Step}: steps do not go back.");
        if (step > assignment.HorizonSteps)
            throw new ProtocolBrokenException($"The program is at step {step}: its run has {assignment.HorizonSteps} steps.");
        clock.Reached(step, evaluationSeconds);
        Step = step;
    }

    private void Measure(ProgramMessage.Progress reached, ProgramAccounts taken)
    {
        if (!reached.Metrics.TryGetValue(program.Metric, out var measured)) return;
        if (!double.IsFinite(measured))
        {
            Divergence = $"{program.Metric} is {measured} at step {reached.Step}.";
            return;
        }
        if (reached.Step == measuredAt)
            throw new ProtocolBrokenException($"The program told {program.Metric} of step {reached.Step} twice: each step has one value.");
        if (++points > ProgramProtocol.MostPoints)
            throw new ProtocolBrokenException(
                $"The program told {program.Metric} over {ProgramProtocol.MostPoints} times: tell it less often.");
        (value, measuredAt) = (measured, reached.Step);
        var accounts = before + taken;
        observer.OnPoint(new CurvePoint
        {
            Step = reached.Step,
            DeviceSeconds = accounts.DeviceSeconds,
            EvaluationSeconds = accounts.EvaluationSeconds,
            OverheadSeconds = accounts.OverheadSeconds,
            Value = measured,
            TrainingLoss = reached.Metrics.TryGetValue("training_loss", out var loss) ? loss : double.NaN,
        });
        IsTargetReached |= assignment.StopsAt(measured);
    }

    private ProgramManifest Manifest() => new() { Step = Step, Accounts = before + clock.AccountsThen, Value = value };
}
