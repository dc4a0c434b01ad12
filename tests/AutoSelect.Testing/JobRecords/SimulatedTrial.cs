using AutoSelect.Contracts;

namespace AutoSelect.Testing;

/// <summary>A trial while the simulation runs.</summary>
internal sealed class SimulatedTrial(TrialId id, SimulatedCandidate source, JobSpec spec, int seed)
{
    private const double LoadSeconds = 0.45;
    private readonly List<CurvePoint> curve = [];
    private readonly List<Segment> segments = [];
    private double trained, evaluated, overhead;

    public TrialId Id => id;
    public SimulatedCandidate Source => source;
    public int Seed => seed;
    public TrialState State { get; set; } = TrialState.Waiting;
    public string Reason { get; set; } = "";
    public long Step { get; private set; }
    public long StepsPerEpoch { get; } = LearningRateSchedule.StepsPerEpoch(spec.TrainingExamples, source.Candidate.BatchSize);
    public long HorizonSteps { get; } = source.Candidate.Schedule.HorizonSteps(spec.TrainingExamples, source.Candidate.BatchSize);
    public double SecondsPerStep => source.StepSeconds + source.EvaluationSeconds * spec.Evaluation.PerEpoch / StepsPerEpoch;
    public Segment? LastSegment => segments.Count == 0 ? null : segments[^1];
    public double? LastValue => curve.Count == 0 ? null : curve[^1].Deliverable(spec.Objective.Direction);
    public bool IsAlive => State is not (TrialState.Failed or TrialState.Stopped or TrialState.Completed);

    public double Epochs(long step) => (double)step / StepsPerEpoch;

    /// <summary>Trains to a step or to the target and returns when it is done.</summary>
    public double Train(DeviceId device, int rung, double at, long until, bool stopAtTarget)
    {
        var (from, trainedBefore, evaluatedBefore) = (Step, trained, evaluated);
        var end = SegmentEnd.BudgetReached;
        overhead += LoadSeconds;
        while (Step < Math.Min(until, HorizonSteps) && end == SegmentEnd.BudgetReached)
        {
            Step++;
            trained += source.StepSeconds * (1 + 0.02 * Math.Sin(Step * 0.7 + seed));
            if (source.DivergesAt is { } d && Epochs(Step) >= d)
            {
                (end, State, Reason) = (SegmentEnd.Diverged, TrialState.Failed, $"the training loss was NaN at step {Step}");
                break;
            }
            if (!spec.Evaluation.IsDue(Step, StepsPerEpoch, HorizonSteps)) continue;
            evaluated += source.EvaluationSeconds;
            Evaluate();
            if (stopAtTarget && spec.Objective.Reaches(LastValue!.Value)) end = SegmentEnd.TargetReached;
        }
        var done = at + LoadSeconds + trained - trainedBefore + evaluated - evaluatedBefore;
        segments.Add(new Segment
        {
            Device = device,
            LeaseToken = segments.Count + 1,
            Rung = rung,
            StartedAt = at,
            EndedAt = done,
            FromStep = from,
            ToStep = Step,
            End = end,
            DeviceSeconds = trained - trainedBefore,
            EvaluationSeconds = evaluated - evaluatedBefore,
            OverheadSeconds = LoadSeconds,
        });
        return done;
    }

    /// <summary>Leaves the last segment open, as it is in a record of a running job.</summary>
    public void Reopen() => segments[^1] = segments[^1] with { EndedAt = null, End = SegmentEnd.None };

    public Trial ToRecord() => new()
    {
        Id = id,
        Candidate = source.Candidate,
        State = State,
        Reason = Reason,
        Curve = [.. curve],
        Segments = [.. segments],
        HorizonSteps = HorizonSteps,
        Checkpoint = IsAlive && Step > 0
            ? new Checkpoint { Uri = $"/jobs/simulated/{id}/{Step}.safetensors", Step = Step, Bytes = 1_600_000 }
            : null,
        StepTime = Step == 0 ? null
            : new StepTime
            {
                Steps = Step,
                LowerQuartileSeconds = source.StepSeconds,
                MeanSeconds = source.StepSeconds * 1.03,
                StandardErrorSeconds = source.StepSeconds * 0.01,
            },
    };

    private void Evaluate()
    {
        var (raw, averaged) = source.Measure(Epochs(Step), seed);
        curve.Add(new CurvePoint
        {
            Step = Step,
            DeviceSeconds = trained,
            EvaluationSeconds = evaluated,
            OverheadSeconds = overhead,
            Value = raw,
            AveragedValue = averaged,
            TrainingLoss = 2.3 * Math.Pow(1 - Math.Clamp(source.Smooth(Epochs(Step)), 0, 0.99), 0.8),
            CpuSeconds = trained * 0.98,
        });
    }
}
