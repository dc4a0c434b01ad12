using System.Collections.Immutable;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Jobs.Replay;

/// <summary>The device's part in a simulated job: reads a trial's values from a recording instead of training. Simulated.</summary>
internal sealed class SimulatedTraining
{
    private readonly RecordedCurve curve;
    private readonly ImmutableArray<CurvePoint> points;
    private readonly SimulatedCosts costs;

    /// <summary>Seconds of the run's own clock that have been trained and evaluated before the segment.</summary>
    private double position;

    /// <summary>What is to be added to the run's own clock for the job's, in the latest segment.</summary>
    private double clockOffset;
    private int told;

    /// <param name="index">Of the trial.</param>
    /// <param name="curve">Its recording.</param>
    /// <param name="run">The same on its own clock.</param>
    /// <param name="horizon">Steps of the whole run as announced: never the recorded length, which is known only afterwards.</param>
    /// <param name="costs">Of everything but training and evaluating.</param>
    public SimulatedTraining(int index, RecordedCurve curve, RecordedRun run, long horizon, SimulatedCosts costs)
    {
        (this.curve, this.costs, Run) = (curve, costs, run);
        Trial = new Trial { Id = TrialId.At(index), Candidate = CandidateIn(curve), State = TrialState.Waiting, HorizonSteps = horizon };
        points = [.. Enumerable.Range(0, curve.Steps.Length).Select(Point)];
    }

    /// <summary>The trainings of the candidates of one problem, in their order.</summary>
    public static IEnumerable<SimulatedTraining> ForProblem(ImmutableArray<RecordedCurve> curves, SimulatedCosts costs) =>
        curves.Select((curve, i) =>
    {
        var run = new RecordedRun(curve);
        return new SimulatedTraining(i, curve, run, AnnouncedHorizon.StepsFor(curve, curves, run), costs);
    });

    /// <summary>The trial before anything has happened to it.</summary>
    public Trial Trial { get; }

    public RecordedRun Run { get; }

    /// <summary>Set while the trial is on a device.</summary>
    public SimulatedSegment? Segment { get; private set; }

    /// <summary>Puts the trial on a device, to train up to a step, the target or the end of its run.</summary>
    /// <param name="now">On the job's clock.</param>
    /// <param name="segment">As the record has it.</param>
    /// <param name="isHeld">True where the device still holds the trial in memory.</param>
    /// <param name="target">Whose target ends it; null where none does.</param>
    public void Start(double now, Segment segment, bool isHeld, Objective? target)
    {
        var secondsToTarget = target is null ? null : Run.SecondsToTarget(target);
        // The last steps are trained to the end of the budget even where the step time was announced a little too long.
        var until = segment.UntilStep >= Trial.HorizonSteps ? Run.EndSeconds
            : Math.Min(Run.EndSeconds, Math.Max(position, Run.SecondsAt(segment.UntilStep)));
        var reaches = secondsToTarget is { } hit && hit <= until && hit >= position;
        until = reaches ? secondsToTarget!.Value : until;
        var isLast = until >= Run.EndSeconds;
        var end = reaches ? SegmentEnd.TargetReached : isLast && Run.Fails ? SegmentEnd.Diverged : SegmentEnd.BudgetReached;
        var trainsFrom = now + (isHeld ? 0 : costs.LoadSeconds);
        clockOffset = trainsFrom - position;
        Segment = new SimulatedSegment(
            segment.LeaseToken, now, trainsFrom, trainsFrom + until - position + costs.SaveSeconds, until, segment.UntilStep, end, isLast);
    }

    /// <summary>Has the trial leave its device before the segment's end.</summary>
    public void Interrupt(double now)
    {
        if (Segment is not { End: not SegmentEnd.Interrupted } segment || now >= segment.LeavesAt) return;
        Segment = segment with
        {
            LeavesAt = now + costs.InterruptSeconds + costs.SaveSeconds,
            Until = PositionAt(now),
            End = SegmentEnd.Interrupted,
            IsLast = false,
        };
    }

    /// <summary>Has the trial stand where it was stored last: its device has gone, and what it did since with it.</summary>
    public void Lose() => Segment = null;

    /// <summary>What its device has told by a time: all points up to then, and the end once it has come.</summary>
    public SegmentReport ReportAt(double now, JobId job)
    {
        var segment = Segment!;
        var hasEnded = now >= segment.LeavesAt;
        var at = hasEnded ? segment.Until : PositionAt(now);
        var count = Run.PointsBy(at);
        var news = points[told..Math.Max(told, count)];
        var step = segment.End == SegmentEnd.BudgetReached && hasEnded && !segment.IsLast ? segment.UntilStep : Run.StepAt(at);
        var report = new SegmentReport
        {
            Job = job,
            Trial = Trial.Id,
            LeaseToken = segment.Token,
            Step = step,
            Points = news,
            StepTime = Run.StepTimeBy(at),
            DeviceSeconds = at - position,
            OverheadSeconds = Math.Min(now, segment.LeavesAt) - segment.StartedAt - (at - position),
            End = hasEnded ? segment.End : SegmentEnd.None,
            Reason = hasEnded && segment.End == SegmentEnd.Diverged ? "its recording ends in a value that is not finite" : "",
            Checkpoint = hasEnded && segment.End != SegmentEnd.Diverged ? new Checkpoint { Uri = "simulated", Step = step, Bytes = 0 }
                : null,
        };
        told = Math.Max(told, count);
        if (hasEnded) (position, Segment) = (segment.Until, null);
        return report;
    }

    /// <summary>When a point of the latest segment was measured, on the job's clock.</summary>
    public double TimeOf(CurvePoint point) => clockOffset + PositionOf(point);

    /// <summary>When the next point is measured, on the job's clock; infinite when none is in this segment.</summary>
    public double NextPointAfter(double now)
    {
        var next = Run.PointsBy(PositionAt(now));
        return IsInSegment(next) ? TimeOf(points[next]) : double.PositiveInfinity;
    }

    /// <summary>A point whose time has come is there, whatever the rounding of the difference of two clocks says.</summary>
    private double PositionAt(double now)
    {
        var at = Math.Clamp(position + now - Segment!.TrainsFrom, position, Segment.Until);
        var next = Run.PointsBy(at);
        return IsInSegment(next) && TimeOf(points[next]) <= now ? PositionOf(points[next]) : at;
    }

    private bool IsInSegment(int point) => point < points.Length && PositionOf(points[point]) <= Segment!.Until;

    private static double PositionOf(CurvePoint point) => point.DeviceSeconds + point.EvaluationSeconds;

    private static Candidate CandidateIn(RecordedCurve curve) => new()
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

    private CurvePoint Point(int i) => new()
    {
        Step = curve.Steps[i],
        DeviceSeconds = curve.SecondsAt(i),
        EvaluationSeconds = curve.EvaluationAt(i),
        OverheadSeconds = 0,
        Value = curve.Values[i] ?? double.NaN,
        TrainingLoss = double.NaN,
    };
}

/// <summary>A trial's stay on a device. Times are seconds on the job's clock but for <paramref name="Until"/>.</summary>
/// <param name="Token">Of the lease.</param>
/// <param name="StartedAt">When the device was taken.</param>
/// <param name="TrainsFrom">When it had loaded the trial.</param>
/// <param name="LeavesAt">When it has stored the trial and is free again.</param>
/// <param name="Until">Seconds on the run's own clock that it comes to.</param>
/// <param name="UntilStep">Step it was sent to.</param>
/// <param name="End">How it ends.</param>
/// <param name="IsLast">True when the recorded run is over then.</param>
internal sealed record SimulatedSegment(
    long Token, double StartedAt, double TrainsFrom, double LeavesAt, double Until, long UntilStep, SegmentEnd End, bool IsLast);
