using AutoSelect.Contracts;
using AutoSelect.Training.Segments;

namespace AutoSelect.Training.Programs;

/// <summary>How far a program has come: its points, its checkpoints and what they took.</summary>
internal sealed class ProgramProgress(SegmentAssignment assignment, ISegmentObserver observer, TimeProvider time)
{
    private const double ProgressEverySeconds = .25;

    private readonly ProgramReference program = assignment.Workload.Program!;
    private readonly ProgramClock clock = new(time, assignment.From?.Step ?? 0);
    private readonly long last = Math.Min(assignment.UntilStep, assignment.HorizonSteps);
    private readonly List<Checkpoint> kept = assignment.From is { } from ? [from] : [];
    private ProgramAccounts before = new();
    private double? value;
    private double told;
    private long measuredAt = -1;

    /// <summary>Steps done.</summary>
    public long Step { get; private set; } = assignment.From?.Step ?? 0;

    /// <summary>Why its metric cannot be used; null while it can.</summary>
    public string? Divergence { get; private set; }

    /// <summary>True once a point has reached the segment's value.</summary>
    public bool IsTargetReached { get; private set; }

    /// <summary>True when its steps are done.</summary>
    public bool IsDone => Step >= last;

    /// <summary>True when the newest checkpoint holds all steps done, or the program has none to give.</summary>
    public bool IsSaved => !program.CanResume || (kept.Count > 0 && kept[^1].Step == Step);

    /// <summary>Value of the metric at the newest point.</summary>
    public double? Value => value;

    /// <summary>Reads what the checkpoint to go on from says.</summary>
    public void Begin()
    {
        if (assignment.From is not { } from) return;
        var manifest = ProgramCheckpoint.Verify(from.Uri);
        (before, value) = (manifest.Accounts, manifest.Value);
    }

    /// <exception cref="ProtocolBrokenException">The message is not allowed now.</exception>
    public void Take(ProgramMessage message, ProgramWorkspace workspace)
    {
        clock.Started();
        switch (message)
        {
            case ProgramMessage.Hello hello when hello.Version != ProgramProtocol.Version:
                throw new ProtocolBrokenException(
                    $"The program speaks protocol {hello.Version}, this device {ProgramProtocol.Version}: install the module that came with it.");
            case ProgramMessage.Progress reached:
                Advance(reached.Step, reached.EvaluationSeconds);
                if (reached.Metrics.Count > 0) Measure(reached);
                break;
            case ProgramMessage.Saved saved:
                Advance(saved.Step, 0);
                clock.Saved(saved.Seconds);
                Keep(saved, workspace);
                break;
            case ProgramMessage.End end:
                Advance(end.Step, 0);
                break;
        }
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
            Checkpoint = kept.Count == 0 ? null : kept[^1],
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

    private void Measure(ProgramMessage.Progress reached)
    {
        if (!reached.Metrics.TryGetValue(program.Metric, out var measured)) return;
        if (!double.IsFinite(measured))
        {
            Divergence = $"{program.Metric} is {measured} at step {reached.Step}.";
            return;
        }
        if (reached.Step == measuredAt)
            throw new ProtocolBrokenException($"The program told {program.Metric} of step {reached.Step} twice: each step has one value.");
        (value, measuredAt) = (measured, reached.Step);
        var accounts = before + clock.Accounts;
        observer.OnPoint(new CurvePoint
        {
            Step = reached.Step,
            DeviceSeconds = accounts.DeviceSeconds,
            EvaluationSeconds = accounts.EvaluationSeconds,
            OverheadSeconds = accounts.OverheadSeconds,
            Value = measured,
            TrainingLoss = reached.Metrics.TryGetValue("training_loss", out var loss) ? loss : double.NaN,
        });
        IsTargetReached |= assignment.StopAtValue is { } target
            && (assignment.Direction == Direction.Maximize ? measured >= target : measured <= target);
    }

    private void Keep(ProgramMessage.Saved saved, ProgramWorkspace workspace)
    {
        var path = Path.Combine(Path.GetFullPath(assignment.Folder), $"{saved.Step:D9}-{assignment.LeaseToken}");
        var checkpoint = ProgramCheckpoint.Take(saved.Folder, workspace.Checkpoints, path, files => new ProgramManifest
        {
            Step = saved.Step,
            Accounts = before + clock.Accounts,
            Value = value,
            Files = files,
        });
        kept.RemoveAll(c => c.Uri == path);
        kept.Add(checkpoint);
        observer.OnCheckpoint(checkpoint);
        Prune();
    }

    // What neither a crash of this process nor one of the control side can ask for again.
    private void Prune()
    {
        var needed = kept.FindLastIndex(c => c.Step <= observer.StoredCheckpointStep);
        for (var i = 0; i < needed; i++)
        {
            try
            {
                Directory.Delete(kept[i].Uri, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A leftover costs disk space only, and goes with the trial's folder.
            }
        }
        if (needed > 0) kept.RemoveRange(0, needed);
    }
}
