using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Analysis;

/// <summary>Points that no other point beats in both time and value.</summary>
internal static class ParetoFront
{
    /// <returns>For each point, whether it is on the front; points that are not finite never are, equal points both are.</returns>
    public static bool[] AmongPoints(IReadOnlyList<(double Seconds, double Value)> points, Direction direction)
    {
        var sign = direction == Direction.Maximize ? -1 : 1;
        bool Finite((double Seconds, double Value) p) => double.IsFinite(p.Seconds) && double.IsFinite(p.Value);
        bool Beats((double Seconds, double Value) a, (double Seconds, double Value) b) =>
            a.Seconds <= b.Seconds && sign * a.Value <= sign * b.Value && (a.Seconds < b.Seconds || sign * a.Value < sign * b.Value);
        return [.. points.Select(p => Finite(p) && !points.Any(q => Finite(q) && Beats(q, p)))];
    }
}
