using AutoSelect.Contracts;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Selection.History;

/// <summary>
/// A recorded curve made ready for learning: x is the fraction of the announced horizon (of the budget in seconds where another
/// system's recording has one), z the finite values turned so that smaller is better.
/// </summary>
internal sealed class HistoryCurve
{
    /// <summary>Fraction of a horizon that counts as all of it.</summary>
    private const double AlmostWhole = 0.98;

    private HistoryCurve(RecordedCurve source, double[] x, double[] z)
    {
        (Source, X, Z) = (source, x, z);
        var sign = source.Direction == Direction.Maximize ? -1 : 1;
        Target = source.Target is { } target && double.IsFinite(target) ? sign * target : null;
        Key = CandidateKey.ForCurve(source);
        Spread = RobustSpread(z);
        if (Target is { } t) HitAt = ArrivalAt(t);
    }

    public RecordedCurve Source { get; }
    public double[] X { get; }
    public double[] Z { get; }

    /// <summary>The target, turned as z; null without one.</summary>
    public double? Target { get; }

    /// <summary>Fraction of the horizon at which the target was measured; infinite when it was not.</summary>
    public double HitAt { get; } = double.PositiveInfinity;

    /// <summary>What candidates with the same strategy and hyperparameters have in common.</summary>
    public string Key { get; }

    /// <summary>
    /// The published scale of forecast errors: the distance between the 5th and the 95th percentile of all values, at least a twentieth
    /// of their whole range, so that neither a bad start nor an explosion rules it.
    /// </summary>
    public double Spread { get; }

    public double Last => Z[^1];

    /// <summary>Fraction of the horizon at which a value (turned as z) was measured; infinite when it was not.</summary>
    public double ArrivalAt(double target)
    {
        var hit = Array.FindIndex(Z, value => value <= target);
        return hit < 0 || X[hit] > 1 ? double.PositiveInfinity : X[hit];
    }

    /// <summary>The smallest value up to a fraction of the horizon, or the first.</summary>
    public double BestBy(double cut) => Z.Take(Math.Max(1, Seen(cut))).Min();

    /// <summary>
    /// True when not having arrived at a target (turned as z) by its last point says that it never does: it came to its end, or ended at a
    /// target that is no easier.
    /// </summary>
    public bool IsFinished(double target)
    {
        if (!Source.IsComplete) return false;
        // A run that ends where it measures its own target has not come to its horizon: a harder one may have come later.
        return X[^1] >= AlmostWhole || !(double.IsFinite(HitAt) && target < Target);
    }

    /// <summary>Number of points up to a fraction of the horizon.</summary>
    public int Seen(double cut)
    {
        var count = 0;
        while (count < X.Length && X[count] <= cut) count++;
        return count;
    }

    /// <summary>Null with fewer than two finite values, or when they never change.</summary>
    public static HistoryCurve? FromRecording(RecordedCurve curve)
    {
        var sign = curve.Direction == Direction.Maximize ? -1.0 : 1.0;
        // Runs of other systems may count steps in units of their own; a deadline of AutoSelect's own jobs is no horizon.
        var byTime = curve.Seconds is not null && curve.BudgetSeconds is not null && curve.EvaluationSeconds is null;
        var horizon = byTime ? curve.BudgetSeconds!.Value : curve.HorizonSteps;
        var points = Enumerable.Range(0, curve.Steps.Length).Where(i => curve.Values[i] is { } v && double.IsFinite(v))
            .Select(i => (X: (byTime ? curve.SecondsAt(i) : curve.Steps[i]) / horizon, Z: sign * curve.Values[i]!.Value)).ToArray();
        if (points.Length < 2 || !(horizon > 0)) return null;
        double[] z = [.. points.Select(p => p.Z)];
        return z.Max() > z.Min() ? new HistoryCurve(curve, [.. points.Select(p => p.X)], z) : null;
    }

    private static double RobustSpread(double[] z)
    {
        double[] sorted = [.. z.Order()];
        return Math.Max(SortedValues.At(sorted, 0.95) - SortedValues.At(sorted, 0.05), 0.05 * (sorted[^1] - sorted[0]));
    }
}
