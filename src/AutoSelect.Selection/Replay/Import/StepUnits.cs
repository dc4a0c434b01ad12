using System.Collections.Immutable;

namespace AutoSelect.Selection.Replay.Import;

/// <summary>
/// Some submissions count steps in a unit of their own, hundreds of times another's. A step that takes more than eight times the usual
/// one of its problem, or less than an eighth, is taken for such a unit.
/// </summary>
internal static class StepUnits
{
    private const double Other = 8;

    /// <summary>The curves of one problem with their steps in the unit of most of them; as they are where a curve has no seconds.</summary>
    public static IEnumerable<RecordedCurve> InOneUnit(IReadOnlyCollection<RecordedCurve> problem)
    {
        if (problem.Any(c => c.Seconds is null)) return problem;
        double[] usual = [.. problem.Select(SecondsPerStep).Order()];
        var median = usual[usual.Length / 2];
        return problem.Select(c => SecondsPerStep(c) / median is var unit && unit is > Other or < 1 / Other ? Scaled(c, unit) : c);
    }

    private static double SecondsPerStep(RecordedCurve curve) => curve.SecondsAt(curve.Steps.Length - 1) / curve.Steps[^1];

    private static RecordedCurve Scaled(RecordedCurve curve, double unit)
    {
        ImmutableArray<long> steps = [.. curve.Steps.Select(s => Math.Max(1, (long)Math.Round(s * unit)))];
        return curve with { Steps = steps };
    }
}
