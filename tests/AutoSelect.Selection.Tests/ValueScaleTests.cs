using AutoSelect.Contracts;
using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.Policies;
using AutoSelect.Testing;

namespace AutoSelect.Selection.Tests;

public sealed class ValueScaleTests
{
    [Fact]
    public void An_accuracy_is_extrapolated_by_its_error()
    {
        // The error halves from one fourth of the way to the next: .84 at a tenth, .899 at the end.
        static double Curve(double x) => 1 - 0.101 * Math.Pow(x, -0.2);
        var trial = Evidence.Trial(0, 100, Curve);
        var final = Assert.Single(ForecastWriter.Write(JobOutlook.FromInput(Evidence.Input(Goals.BestBy(1e6), 1, trial)))).FinalValue;
        Assert.Equal(0.84, Curve(0.1), 0.001);
        Assert.Equal(0.899, final.P50, 0.015);
        Assert.InRange(final.P95, 0.899, 0.97);
    }

    [Theory]
    [InlineData(Direction.Maximize, -0.97, MetricKind.Share)]
    [InlineData(Direction.Minimize, 3.2, MetricKind.Loss)]
    [InlineData(Direction.Minimize, -3.2, MetricKind.Plain)]
    [InlineData(Direction.Maximize, -28.4, MetricKind.Plain)]
    internal void Values_come_back_from_the_scale(Direction direction, double z, MetricKind kind)
    {
        var scale = ValueScale.ForValues([z], direction);
        Assert.Equal(kind, scale.Kind);
        Assert.Equal(z, scale.From(scale.To(z)), 9);
        Assert.Equal(scale.Slope(z), (scale.From(scale.To(z) + 1e-6) - z) / 1e-6, 1e-3 * scale.Slope(z));
        Assert.True(scale.To(z - 0.01) < scale.To(z));
    }

    [Fact]
    public void Nothing_comes_back_that_cannot_be()
    {
        var (share, loss) = (ValueScale.ForValues([-0.5], Direction.Maximize), ValueScale.ForValues([0.5], Direction.Minimize));
        Assert.Equal((-1.0, 0.0), (share.From(-100), share.From(9)));
        Assert.Equal(0, loss.From(-100));
        Assert.True(double.IsFinite(loss.From(1e6)));
        Assert.Equal(-0.5 + 0.505 * 0.1, share.Ahead(share.To(-0.5) + 0.1, share.To(-0.5)), 6);
        Assert.Equal(1, loss.Ahead(loss.To(0.5) + 1, loss.To(0.5)), 5);
    }
}
