using System.Collections.Immutable;
using AutoSelect.Api.Jobs;
using AutoSelect.Contracts;
using CsCheck;

namespace AutoSelect.Api.Tests.Jobs;

public sealed class FewerPointsTests
{
    [Fact]
    public void Chosen_points_are_measured_ones_in_order_with_both_ends()
    {
        var values = Gen.Frequency((9, Gen.Double[0, 1]), (1, Gen.Const(double.NaN)));
        Gen.Select(values.Array[0, 300], Gen.Int[1, 40], Gen.Bool).Sample((curve, most, isExtremes) =>
        {
            var all = Curve(curve);
            var fewer = isExtremes ? FewerPoints.Extremes(all, most, Direction.Maximize)
                : FewerPoints.LargestTriangles(all, most, Direction.Maximize);
            Assert.InRange(fewer.Length, Math.Min(1, all.Length), most);
            Assert.Equal(fewer.Select(p => p.Step).Distinct().Order(), fewer.Select(p => p.Step));
            Assert.Subset(all.Select(p => p.Step).ToHashSet(), fewer.Select(p => p.Step).ToHashSet());
            if (all.Length > 0) Assert.Same(all[^1], fewer[^1]);
            if (most > 1 && all.Length > 0) Assert.Same(all[0], fewer[0]);
        }, iter: 500);
    }

    [Fact]
    public void A_single_peak_survives_both_ways()
    {
        var values = Enumerable.Repeat(0.5, 1000).ToArray();
        values[637] = 0.9;
        var curve = Curve(values);
        Assert.Contains(curve[637], FewerPoints.LargestTriangles(curve, 20, Direction.Maximize));
        Assert.Contains(curve[637], FewerPoints.Extremes(curve, 20, Direction.Maximize));
    }

    [Theory]
    [InlineData(Direction.Maximize)]
    [InlineData(Direction.Minimize)]
    public void The_best_point_and_the_first_at_the_target_are_among_them_and_no_more_than_were_asked_for(Direction direction)
    {
        var objective = Stories.Spec.Objective with { Direction = direction, Target = .7 };
        var values = Gen.Frequency((9, Gen.Double[0, 1]), (1, Gen.Const(double.NaN)));
        Gen.Select(values.Array[0, 200], Gen.Int[1, 30], Gen.Bool).Sample((curve, most, isExtremes) =>
        {
            var all = Curve(curve);
            var chosen = isExtremes ? FewerPoints.Extremes(all, most, direction) : FewerPoints.LargestTriangles(all, most, direction);
            var fewer = FewerPoints.WithLandmarks(chosen, all, objective);
            Assert.Equal(chosen.Length, fewer.Length);
            Assert.Equal(fewer.Select(p => p.Step).Distinct().Order(), fewer.Select(p => p.Step));
            if (all.Length > 0) Assert.Same(all[^1], fewer[^1]);
            if (fewer.Length < 4) return;
            double[] finite = [.. curve.Where(double.IsFinite)];
            if (finite.Length == 0) return;
            Assert.Contains(direction == Direction.Maximize ? finite.Max() : finite.Min(), fewer.Select(p => p.Value));
            if (all.FirstOrDefault(p => objective.Reaches(p.Value)) is { } first) Assert.Contains(first, fewer);
        }, iter: 500);
    }

    private static ImmutableArray<CurvePoint> Curve(double[] values) => [.. values.Select((v, i) => new CurvePoint
    {
        Step = i + 1,
        DeviceSeconds = i,
        EvaluationSeconds = 0,
        OverheadSeconds = 0,
        Value = v,
        TrainingLoss = 1,
    })];
}
