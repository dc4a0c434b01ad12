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
