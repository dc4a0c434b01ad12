using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Replay.Import;

/// <summary>Fewer points and digits of a curve, as far as the arrival at its target stays what it was.</summary>
internal static class ThinnedCurve
{
    /// <summary>The first and last point, the first at the target, and points that are evenly spaced between them.</summary>
    /// <param name="most">About how many points are kept; at least 2.</param>
    public static RecordedCurve FromCurve(RecordedCurve curve, int most)
    {
        var count = curve.Steps.Length;
        var kept = new SortedSet<int> { count - 1 };
        for (var k = 0; k < most; k++) kept.Add((int)((long)k * (count - 1) / Math.Max(1, most - 1)));
        var hit = Enumerable.Range(0, count).FirstOrDefault(i => Reaches(curve, curve.Values[i]), -1);
        if (hit >= 0) kept.Add(hit);
        return curve with
        {
            Steps = [.. kept.Select(i => curve.Steps[i])],
            Values = [.. kept.Select(i => Rounded(curve, curve.Values[i]))],
            Seconds = curve.Seconds is { } seconds ? (ImmutableArray<double>?)[.. kept.Select(i => Rounded(seconds[i], 5))] : null,
            EvaluationSeconds = null,
        };
    }

    private static double? Rounded(RecordedCurve curve, double? value)
    {
        if (value is not { } exact) return null;
        var rounded = Rounded(exact, 5);
        return Reaches(curve, rounded) == Reaches(curve, exact) ? rounded : exact;
    }

    private static double Rounded(double value, int digits) => double.Parse(
        value.ToString("G" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static bool Reaches(RecordedCurve curve, double? value) =>
        curve.Target is { } target && value is { } at && curve.Direction.Reaches(at, target);
}
