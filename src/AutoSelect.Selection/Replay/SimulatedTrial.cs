using AutoSelect.Contracts;

namespace AutoSelect.Selection;

/// <summary>A trial that reads its values from a recording instead of training. Simulated.</summary>
internal sealed class SimulatedTrial
{
    private readonly Candidate candidate;

    public SimulatedTrial(int index, RecordedCurve curve)
    {
        (Id, Curve) = (TrialId.At(index), curve);
        candidate = new Candidate
        {
            Name = curve.Candidate,
            Strategy = curve.Algorithm,
            BatchSize = curve.BatchSize ?? 1,
            Schedule = curve.Schedule ?? new LearningRateSchedule { Kind = ScheduleKind.Constant, HorizonEpochs = 1 },
            Seed = curve.Seed ?? 0,
        };
        var last = curve.Steps.Length - 1;
        SecondsPerStep = Math.Max(1e-9, curve.SecondsAt(last) / Math.Max(1, curve.Steps[last]));
        EvaluationSeconds = curve.EvaluationAt(last) / (last + 1);
    }

    public TrialId Id { get; }
    public RecordedCurve Curve { get; }
    public TrialState State { get; set; } = TrialState.Waiting;
    public long Step { get; private set; }
    public double ChargedSeconds { get; private set; }
    public double SecondsPerStep { get; }

    /// <summary>Mean seconds of one evaluation.</summary>
    public double EvaluationSeconds { get; }

    public bool IsAlive => State is TrialState.Waiting or TrialState.Running or TrialState.Paused or TrialState.Committed;

    /// <summary>Latest finite value, or null.</summary>
    public double? Value => Curve.Values.Take(Curve.Last(Step) + 1).LastOrDefault(v => v is not null);

    /// <summary>Trains up to a step, the target or the end of the recording, for at most these seconds; returns the seconds it took and whether the target was reached.</summary>
    public (double Seconds, bool Reached) Run(long until, double mostSeconds, Objective objective)
    {
        var (from, evaluated) = (SecondsAt(Step), EvaluatedAt(Step));
        var reached = false;
        var next = Curve.Last(Step) + 1;
        var end = Math.Min(until, Curve.Steps[^1]);
        for (; next < Curve.Steps.Length && Curve.Steps[next] <= end; next++)
        {
            var spent = Curve.SecondsAt(next) + Curve.EvaluationAt(next) - from - evaluated;
            if (spent > mostSeconds) return Charge(mostSeconds, false);
            Step = Curve.Steps[next];
            if (Curve.Values[next] is not { } value)
            {
                State = TrialState.Failed;
                return Charge(spent, false);
            }
            if (objective.Kind == ObjectiveKind.FastestTo && objective.Reaches(value))
            {
                reached = true;
                break;
            }
        }
        if (!reached) Step = Math.Max(Step, end);
        if (reached || Step >= Curve.Steps[^1]) State = TrialState.Completed;
        return Charge(Math.Min(mostSeconds, SecondsAt(Step) + EvaluatedAt(Step) - from - evaluated), reached);
    }

    public TrialEvidence ToEvidence() => new()
    {
        Trial = Id,
        Candidate = candidate,
        State = State,
        Curve = [.. Enumerable.Range(0, Curve.Last(Step) + 1).Select(Point)],
        HorizonSteps = Curve.HorizonSteps,
        StepsPerEpoch = 1,
        // Before the first step the model of step times is taken to be right within a third.
        StepTime = new StepTimeForecast(SecondsPerStep, Step == 0 ? 0.3 : 0.02, EvaluationSeconds),
        ChargedSeconds = ChargedSeconds,
        Step = Step,
    };

    private CurvePoint Point(int i) => new()
    {
        Step = Curve.Steps[i],
        DeviceSeconds = Curve.SecondsAt(i),
        EvaluationSeconds = Curve.EvaluationAt(i),
        OverheadSeconds = 0,
        Value = Curve.Values[i] ?? double.NaN,
        TrainingLoss = double.NaN,
    };

    private (double, bool) Charge(double seconds, bool reached)
    {
        ChargedSeconds += seconds;
        return (seconds, reached);
    }

    private double EvaluatedAt(long step) => Curve.Last(step) is var i and >= 0 ? Curve.EvaluationAt(i) : 0;

    private double SecondsAt(long step)
    {
        var i = Curve.Last(step);
        var (knownStep, known) = i < 0 ? (0, 0) : (Curve.Steps[i], Curve.SecondsAt(i));
        if (i + 1 >= Curve.Steps.Length) return known;
        return known + (Curve.SecondsAt(i + 1) - known) * (step - knownStep) / Math.Max(1, Curve.Steps[i + 1] - knownStep);
    }
}
