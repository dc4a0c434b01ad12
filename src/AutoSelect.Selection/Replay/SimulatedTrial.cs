using System.Collections.Immutable;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Selection.Replay;

/// <summary>A trial that reads its values from a recording instead of training. Simulated.</summary>
internal sealed class SimulatedTrial
{
    private readonly Candidate candidate;
    private readonly ImmutableArray<CurvePoint> points;
    private readonly long horizon;
    private readonly long stepsPerEpoch;
    private ImmutableArray<CurvePoint> seen = [];
    private double position;
    private bool started;

    /// <param name="horizon">Steps of the whole run as announced: never the recorded length, which is known only afterwards.</param>
    /// <param name="shortestInterval">
    /// Steps between evaluations of the trial that has the fewest; what <see cref="EvaluationPolicy.PerEpoch"/> is the inverse of.
    /// </param>
    public SimulatedTrial(int index, RecordedCurve curve, RecordedRun run, long horizon, double shortestInterval)
    {
        (Id, Curve, Run, this.horizon) = (TrialId.At(index), curve, run, horizon);
        stepsPerEpoch = Math.Max(1, (long)Math.Round(run.Interval() / shortestInterval));
        candidate = new Candidate
        {
            Name = curve.Candidate,
            Strategy = curve.Algorithm,
            // Without a batch size the recording is known by its name alone, as CandidateKey has it.
            Hyperparameters = curve.BatchSize is null ? ImmutableSortedDictionary<string, double>.Empty
                : curve.Hyperparameters.Where(h => h.Value.ValueKind == JsonValueKind.Number)
                    .ToImmutableSortedDictionary(h => h.Key, h => h.Value.GetDouble()),
            BatchSize = curve.BatchSize ?? 1,
            Schedule = curve.Schedule ?? new LearningRateSchedule { Kind = ScheduleKind.Constant, HorizonEpochs = 1 },
            Seed = curve.Seed ?? 0,
        };
        points = [.. Enumerable.Range(0, curve.Steps.Length).Select(Point)];
    }

    public TrialId Id { get; }
    public RecordedCurve Curve { get; }
    public RecordedRun Run { get; }
    public TrialState State { get; set; } = TrialState.Waiting;
    public long Step { get; private set; }
    public double ChargedSeconds => position;
    public bool IsAlive => State is TrialState.Waiting or TrialState.Running or TrialState.Paused or TrialState.Committed;

    /// <summary>Set while the trial is on a device.</summary>
    public SimulatedSegment? Segment { get; private set; }

    /// <summary>Latest value, or null.</summary>
    public double? Value => started ? Run.ValueAt(position) : null;

    /// <summary>Puts the trial on a device, to train up to a step, the target or the end of its run.</summary>
    public SimulatedSegment Start(double now, long step, double? secondsToTarget)
    {
        started = true;
        // The last steps are trained to the end of the budget even where the step time was announced a little too long.
        var until = step >= horizon ? Run.EndSeconds : Math.Min(Run.EndSeconds, Math.Max(position, Run.SecondsAt(step)));
        var reaches = secondsToTarget is { } hit && hit <= until && hit >= position;
        until = reaches ? secondsToTarget!.Value : until;
        Segment = new SimulatedSegment(now, now + until - position, until, step, reaches, until >= Run.EndSeconds);
        return Segment;
    }

    /// <summary>Takes the trial off its device at the segment's end.</summary>
    public void Finish()
    {
        var segment = Segment!;
        (position, Segment) = (segment.Until, null);
        Step = segment.Reaches || segment.IsLast ? Math.Max(Step, Run.StepAt(position)) : Math.Max(Step, segment.Step);
        if (segment.Reaches || segment.IsLast) State = Run.Fails && !segment.Reaches ? TrialState.Failed : TrialState.Completed;
    }

    /// <summary>Takes the trial off its device before the segment's end; it is charged until then.</summary>
    public void Halt(double now)
    {
        if (Segment is not { } segment) return;
        position = Math.Clamp(position + now - segment.Start, position, segment.Until);
        (Step, Segment) = (Math.Max(Step, Run.StepAt(position)), null);
    }

    /// <summary>What is known of the trial at a time: a trial on a device has reported its points up to then.</summary>
    public TrialEvidence ToEvidence(double now)
    {
        var at = Segment is { } segment ? Math.Min(segment.Until, position + now - segment.Start) : position;
        var count = started ? Run.PointsBy(at) : 0;
        if (count != seen.Length) seen = [.. points.AsSpan(0, count)];
        return new TrialEvidence
        {
            Trial = Id,
            Candidate = candidate,
            State = State,
            Curve = seen,
            HorizonSteps = horizon,
            StepsPerEpoch = stepsPerEpoch,
            // Before the first step the model of step times is taken to be right within a third.
            StepTime = new StepTimeForecast(Run.SecondsPerStep, started ? 0.02 : 0.3, Run.EvaluationSeconds),
            ChargedSeconds = at,
            Step = Segment is null ? Step : Math.Max(Step, Run.StepAt(at)),
            RunningTo = Segment?.Step,
        };
    }

    private CurvePoint Point(int i) => new()
    {
        Step = Curve.Steps[i],
        DeviceSeconds = Curve.SecondsAt(i),
        EvaluationSeconds = Curve.EvaluationAt(i),
        OverheadSeconds = 0,
        Value = Curve.Values[i] ?? double.NaN,
        TrainingLoss = double.NaN,
    };
}

/// <summary>A trial's stay on a device.</summary>
/// <param name="Start">Seconds on the job's clock.</param>
/// <param name="End">Seconds on the job's clock at which it ends by itself.</param>
/// <param name="Until">Seconds on the run's own clock that it has come to by then.</param>
/// <param name="Step">Step it was sent to.</param>
/// <param name="Reaches">True when it ends because the target is reached.</param>
/// <param name="IsLast">True when the run is over then.</param>
internal sealed record SimulatedSegment(double Start, double End, double Until, long Step, bool Reaches, bool IsLast);
