using AutoSelect.Communication;

namespace AutoSelect.Performance.Tests;

public sealed class LayerWorkTests
{
    private static readonly StepTimeQuestion Question = new() { Strategy = "sgd", BatchSize = 64 };

    [Fact]
    public void Passes_follow_multiply_adds_and_updates_follow_parameters()
    {
        var layers = LayerWork.Times(Question, new LayerWork(1000, 10, 8000), new LayerWork(3000, 30), new LayerWork(0, 0, 2000));
        Assert.Equal(
            [8.0 / 3, 1, 2.0 / 3], layers.Select(l => l.ForwardSeconds / layers[1].ForwardSeconds), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.All(layers, l => Assert.Equal(2 * l.ForwardSeconds, l.BackwardSeconds));
        Assert.Equal([1.0 / 3, 1, 0], layers.Select(l => l.UpdateSeconds / layers[1].UpdateSeconds), (a, b) => Math.Abs(a - b) < 1e-9);
        Assert.Equal([(1000L, 10), (3000, 30), (0, 0)], layers.Select(l => (l.Parameters, l.Rows)));
    }

    [Fact]
    public void Together_they_are_the_step_that_the_device_is_expected_to_take()
    {
        var whole = Question with { ForwardMultiplyAdds = 10_000_000, Parameters = 4_000_000 };
        var layers = LayerWork.Times(whole, new LayerWork(1_000_000, 100, 7_000_000), new LayerWork(3_000_000, 100));
        var launching = RooflineBase.StepSeconds(whole with { ForwardMultiplyAdds = 0, Parameters = 0 });
        Assert.Equal(RooflineBase.StepSeconds(whole) - launching, layers.Sum(l => l.Seconds), 1e-12);
    }

    [Fact]
    public void A_model_of_nothing_is_refused() =>
        Assert.Contains("Of 1 layers", Assert.Throws<ArgumentException>(() => LayerWork.Times(Question, new LayerWork(0))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Costs_that_a_group_measured_leave_out_the_adding_that_links_are_charged_for()
    {
        var measured = new GroupMeasurement
        {
            Ranks = 2,
            Local = true,
            CastSecondsPerByte = 5e-10,
            QuantizeSecondsPerByte = 1e-9,
            SelectSecondsPerByte = 2e-9,
            MultiplyAddsPerSecond = 7e9,
        };
        var costs = ProcessorCosts.FromMeasurement(measured, 2e-10);
        Assert.Equal(4.5e-10, costs.CastSecondsPerByte, 1e-15);
        Assert.Equal(9.75e-10, costs.QuantizeSecondsPerByte, 1e-15);
        Assert.Equal((2e-9, 7e9), (costs.SelectSecondsPerByte, costs.MultiplyAddsPerSecond));
    }
}
