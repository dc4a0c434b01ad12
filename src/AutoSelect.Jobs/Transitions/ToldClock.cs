using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Transitions;

/// <summary>
/// The times of a piece that is trained elsewhere: by the job's own clock since it was given away, of which the client says what went into
/// evaluating, loading and saving. Pure.
/// </summary>
internal sealed class ToldClock
{
    /// <summary>Intervals between points without which nothing is said of a step's time.</summary>
    private const int LeastIntervals = 2;

    private readonly Trial trial;
    private readonly Segment open;
    private readonly long step;
    private readonly SegmentProgress before;
    private readonly CurvePoint? last;

    /// <param name="trial">Whose run.</param>
    /// <param name="open">The piece.</param>
    /// <param name="tell">What the client says; no more than has passed counts.</param>
    /// <param name="now">Seconds of the job's clock.</param>
    public ToldClock(Trial trial, Segment open, TellCall tell, double now)
    {
        (this.trial, this.open, step) = (trial, open, tell.Step);
        var passed = Math.Max(0, now - open.StartedAt);
        Evaluation = Math.Min(tell.EvaluationSeconds, passed);
        Overhead = Math.Min(tell.OverheadSeconds, passed - Evaluation);
        Training = passed - Evaluation - Overhead;
        before = Before(trial, open);
        last = trial.Curve.LastOrDefault(p => p.Step > open.FromStep && p.Step < tell.Step);
    }

    /// <summary>Seconds of the piece so far.</summary>
    public double Training { get; }

    /// <inheritdoc cref="Training"/>
    public double Evaluation { get; }

    /// <inheritdoc cref="Training"/>
    public double Overhead { get; }

    /// <summary>A point of the curve. Of several that are told at once the earlier ones get their part of the time, by steps.</summary>
    public CurvePoint Point(ToldPoint told)
    {
        var from = last?.Step ?? open.FromStep;
        var share = step > from ? Math.Clamp((double)(told.Step - from) / (step - from), 0, 1) : 1;
        double At(Func<CurvePoint, double> known, double earlier, double piece)
        {
            var begin = last is null ? earlier : known(last);
            return begin + (share * Math.Max(0, earlier + piece - begin));
        }
        return new CurvePoint
        {
            Step = told.Step,
            DeviceSeconds = At(p => p.DeviceSeconds, before.DeviceSeconds, Training),
            EvaluationSeconds = At(p => p.EvaluationSeconds, before.EvaluationSeconds, Evaluation),
            OverheadSeconds = At(p => p.OverheadSeconds, before.OverheadSeconds, Overhead),
            Value = told.Value,
            TrainingLoss = told.TrainingLoss ?? double.NaN,
        };
    }

    /// <summary>
    /// From the intervals between the piece's points, of n[i] steps and t[i] seconds each: m = Σt/Σn, and of the mean the variance
    /// Σ n[i] (t[i]/n[i] − m)² / ((k − 1) Σn). What comes before the first point warms up. Null where that are too few.
    /// </summary>
    /// <param name="told">Points that come beside those of the curve.</param>
    public StepTime? StepTime(ImmutableArray<CurvePoint> told)
    {
        var points = trial.Curve.Where(p => p.Step > open.FromStep).Concat(told.Where(p => p.Step > trial.LastPoint()))
            .OrderBy(p => p.Step).DistinctBy(p => p.Step).ToList();
        var intervals = points.Zip(points.Skip(1), (a, b) => (Steps: b.Step - a.Step, Seconds: b.DeviceSeconds - a.DeviceSeconds)).ToList();
        if (intervals.Count < LeastIntervals || intervals.Sum(i => i.Seconds) <= 0) return null;
        var steps = intervals.Sum(i => i.Steps);
        var mean = intervals.Sum(i => i.Seconds) / steps;
        var each = intervals.Select(i => (i.Steps, Seconds: i.Seconds / i.Steps)).OrderBy(i => i.Seconds).ToList();
        var (quartile, passed) = (each[0].Seconds, 0L);
        foreach (var (count, seconds) in each)
        {
            quartile = seconds;
            passed += count;
            if (4 * passed >= steps) break;
        }
        return new StepTime
        {
            Steps = steps,
            LowerQuartileSeconds = quartile,
            MeanSeconds = mean,
            StandardErrorSeconds = Math.Sqrt(
                each.Sum(i => i.Steps * (i.Seconds - mean) * (i.Seconds - mean)) / ((intervals.Count - 1.0) * steps)),
        };
    }

    /// <summary>Seconds of the run up to the checkpoint that the piece goes on from: of each earlier piece the part that counted.</summary>
    private static SegmentProgress Before(Trial trial, Segment open)
    {
        var sum = new SegmentProgress(open.FromStep);
        foreach (var (segment, next) in trial.Segments.Zip(trial.Segments.Skip(1)))
        {
            if (segment.ToStep <= segment.FromStep) continue;
            var part = Math.Clamp((double)(next.FromStep - segment.FromStep) / (segment.ToStep - segment.FromStep), 0, 1);
            sum = new SegmentProgress(open.FromStep, sum.DeviceSeconds + (part * segment.DeviceSeconds),
                sum.EvaluationSeconds + (part * segment.EvaluationSeconds), sum.OverheadSeconds + (part * segment.OverheadSeconds));
        }
        var known = trial.Curve.LastOrDefault(p => p.Step <= open.FromStep);
        return known is null ? sum : new SegmentProgress(open.FromStep, Math.Max(sum.DeviceSeconds, known.DeviceSeconds),
            Math.Max(sum.EvaluationSeconds, known.EvaluationSeconds), Math.Max(sum.OverheadSeconds, known.OverheadSeconds));
    }
}
