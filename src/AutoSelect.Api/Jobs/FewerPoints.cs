using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Api.Jobs;

/// <summary>
/// Chooses points of a long curve so that a plot of them looks like one of all. n: points of the curve; m: points to choose. The first and
/// the last point are always among them; x is the step, y the deliverable value.
/// </summary>
internal static class FewerPoints
{
    /// <summary>
    /// Largest triangle three buckets (Steinarsson, 2013): of each of m - 2 buckets the point that makes the largest triangle with the one
    /// chosen before and the mean of the next bucket. O(n).
    /// </summary>
    public static ImmutableArray<CurvePoint> LargestTriangles(ImmutableArray<CurvePoint> curve, int most, Direction direction)
    {
        if (curve.Length <= most) return curve;
        if (most < 3) return most == 1 ? [curve[^1]] : [curve[0], curve[^1]];
        var chosen = ImmutableArray.CreateBuilder<CurvePoint>(most);
        var last = curve[0];
        chosen.Add(last);
        for (var bucket = 0; bucket < most - 2; bucket++)
        {
            var (from, until) = Bucket(curve.Length, bucket, most - 2);
            var (nextFrom, nextUntil) = bucket == most - 3 ? (curve.Length - 1, curve.Length) : Bucket(curve.Length, bucket + 1, most - 2);
            var mean = Mean(curve.AsSpan(nextFrom, nextUntil - nextFrom), direction);
            var best = curve[from];
            var largest = -1.0;
            for (var i = from; i < until; i++)
            {
                var (ax, ay) = (last.Step - mean.X, Finite(last, direction) - mean.Y);
                var (bx, by) = (curve[i].Step - mean.X, Finite(curve[i], direction) - mean.Y);
                var area = Math.Abs((ax * by) - (bx * ay));
                if (!(area > largest)) continue;
                (best, largest) = (curve[i], area);
            }
            chosen.Add(best);
            last = best;
        }
        chosen.Add(curve[^1]);
        return chosen.ToImmutable();
    }

    /// <summary>The least and the greatest value of each of (m - 2) / 2 buckets: no peak is lost. O(n).</summary>
    public static ImmutableArray<CurvePoint> Extremes(ImmutableArray<CurvePoint> curve, int most, Direction direction)
    {
        if (curve.Length <= most) return curve;
        if (most < 4) return most == 1 ? [curve[^1]] : [curve[0], curve[^1]];
        var buckets = (most - 2) / 2;
        var chosen = ImmutableArray.CreateBuilder<CurvePoint>(most);
        chosen.Add(curve[0]);
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            var (from, until) = Bucket(curve.Length, bucket, buckets);
            var (low, high) = (from, from);
            for (var i = from; i < until; i++)
            {
                if (Finite(curve[i], direction) < Finite(curve[low], direction)) low = i;
                if (Finite(curve[i], direction) > Finite(curve[high], direction)) high = i;
            }
            chosen.Add(curve[Math.Min(low, high)]);
            if (low != high) chosen.Add(curve[Math.Max(low, high)]);
        }
        chosen.Add(curve[^1]);
        return chosen.ToImmutable();
    }

    /// <summary>
    /// Chosen points with those that figures are read off: the best one, and the first that reaches the target. Each takes the place of
    /// another one, where there is one between the ends.
    /// </summary>
    public static ImmutableArray<CurvePoint> WithLandmarks(
        ImmutableArray<CurvePoint> fewer, ImmutableArray<CurvePoint> curve, Objective objective)
    {
        if (fewer.Length == curve.Length) return fewer;
        var measured = curve.Where(p => double.IsFinite(p.Deliverable(objective.Direction)));
        var best = objective.Direction == Direction.Maximize ? measured.MaxBy(p => p.Deliverable(Direction.Maximize))
            : measured.MinBy(p => p.Deliverable(Direction.Minimize));
        var first = measured.FirstOrDefault(p => objective.Reaches(p.Deliverable(objective.Direction)));
        var chosen = fewer.ToList();
        foreach (var landmark in (CurvePoint?[])[best, first])
        {
            if (landmark is null || chosen.Contains(landmark)) continue;
            // The nearest one between the ends, but for the other landmark.
            var away = Enumerable.Range(1, Math.Max(0, chosen.Count - 2)).Where(i => chosen[i] != best && chosen[i] != first).ToList();
            if (away.Count == 0) continue;
            chosen.RemoveAt(away.MinBy(i => Math.Abs(chosen[i].Step - landmark.Step)));
            chosen.Insert(chosen.FindIndex(p => p.Step > landmark.Step), landmark);
        }
        return [.. chosen];
    }

    /// <summary>The points between the first and the last one, in equal parts.</summary>
    private static (int From, int Until) Bucket(int length, int bucket, int buckets) =>
        (1 + (int)((long)(length - 2) * bucket / buckets), 1 + (int)((long)(length - 2) * (bucket + 1) / buckets));

    private static (double X, double Y) Mean(ReadOnlySpan<CurvePoint> points, Direction direction)
    {
        var (x, y) = (0.0, 0.0);
        foreach (var point in points) (x, y) = (x + point.Step, y + Finite(point, direction));
        return (x / points.Length, y / points.Length);
    }

    /// <summary>A run that diverged has no value to draw: it counts as 0, and stays in the curve where it is the last point.</summary>
    private static double Finite(CurvePoint point, Direction direction) =>
        point.Deliverable(direction) is var value && double.IsFinite(value) ? value : 0;
}
