using AutoSelect.Contracts;

namespace AutoSelect.Selection.Replay;

/// <summary>A recorded curve on its own clock: seconds of training and evaluation since the run's first step.</summary>
internal sealed class RecordedRun
{
    private readonly RecordedCurve curve;
    private readonly double[] times;

    /// <summary>Points that count: those within the budget, up to the first that is not finite.</summary>
    private readonly int length;

    public RecordedRun(RecordedCurve curve)
    {
        this.curve = curve;
        times = [.. Enumerable.Range(0, curve.Steps.Length).Select(i => curve.SecondsAt(i) + curve.EvaluationAt(i))];
        var budget = curve.BudgetSeconds ?? double.PositiveInfinity;
        while (length < times.Length && times[length] <= budget && curve.Values[length] is not null) length++;
        Fails = length < times.Length && times[length] <= budget;
        EndSeconds = Fails ? times[length] : Math.Min(times[^1], budget);
        SecondsPerStep = PerStep();
        EvaluationSeconds = curve.EvaluationAt(times.Length - 1) / times.Length;
    }

    /// <summary>True when the run ends in a value that is not finite.</summary>
    public bool Fails { get; }

    /// <summary>When the run ends: the recording, the budget, or the first value that is not finite.</summary>
    public double EndSeconds { get; }

    /// <summary>Mean training seconds of a step, without what came before the first point.</summary>
    public double SecondsPerStep { get; }

    /// <summary>Mean seconds of one evaluation.</summary>
    public double EvaluationSeconds { get; }

    /// <summary>Seconds to the first point that reaches the objective's target; null when none does.</summary>
    public double? SecondsToTarget(Objective objective)
    {
        for (var i = 0; i < length; i++)
            if (objective.Reaches(curve.Values[i]!.Value)) return times[i];
        return null;
    }

    /// <summary>Number of points measured by then.</summary>
    public int PointsBy(double seconds)
    {
        var i = Array.BinarySearch(times, 0, length, seconds);
        if (i < 0) return ~i;
        while (i < length && times[i] <= seconds) i++;
        return i;
    }

    /// <summary>Latest value by then; null before the first point.</summary>
    public double? ValueAt(double seconds) => PointsBy(seconds) is var n and > 0 ? curve.Values[n - 1] : null;

    public double SecondsAt(long step)
    {
        var i = curve.Last(step);
        var (knownStep, known) = i < 0 ? (0L, 0.0) : (curve.Steps[i], times[i]);
        if (i + 1 >= times.Length || step <= knownStep) return known;
        return known + (times[i + 1] - known) * (step - knownStep) / (curve.Steps[i + 1] - knownStep);
    }

    public long StepAt(double seconds)
    {
        var i = PointsBy(seconds) - 1;
        var (knownStep, known) = i < 0 ? (0L, 0.0) : (curve.Steps[i], times[i]);
        if (i + 1 >= times.Length || times[i + 1] <= known) return knownStep;
        return knownStep + (long)((curve.Steps[i + 1] - knownStep) * Math.Clamp((seconds - known) / (times[i + 1] - known), 0, 1));
    }

    /// <summary>
    /// What a device that trains the run would have measured by then of its steps, without those before the first point where there are
    /// more; null before the first step.
    /// </summary>
    public StepTime? StepTimeBy(double seconds)
    {
        var (steps, last) = (StepAt(seconds), PointsBy(seconds) - 1);
        if (steps < 1) return null;
        var perStep = last >= 1 && curve.Steps[last] > curve.Steps[0]
            ? (curve.SecondsAt(last) - curve.SecondsAt(0)) / (curve.Steps[last] - curve.Steps[0])
            : curve.SecondsAt(0) / Math.Max(1, curve.Steps[0]);
        perStep = Math.Max(1e-9, perStep);
        return new StepTime { Steps = steps, LowerQuartileSeconds = perStep, MeanSeconds = perStep, StandardErrorSeconds = 0 };
    }

    /// <summary>Median steps between two points, at least 1.</summary>
    public double Interval()
    {
        var gaps = curve.Steps.Skip(1).Zip(curve.Steps, (next, step) => next - step).Order().ToArray();
        return gaps.Length == 0 ? Math.Max(1, curve.Steps[0]) : Math.Max(1, gaps[gaps.Length / 2]);
    }

    private double PerStep()
    {
        var (first, last) = (0, times.Length - 1);
        var perStep = curve.Steps[last] > curve.Steps[first]
            ? (curve.SecondsAt(last) - curve.SecondsAt(first)) / (curve.Steps[last] - curve.Steps[first])
            : curve.SecondsAt(last) / Math.Max(1, curve.Steps[last]);
        return Math.Max(1e-9, perStep);
    }
}
