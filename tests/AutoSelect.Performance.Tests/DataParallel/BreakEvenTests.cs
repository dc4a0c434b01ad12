using AutoSelect.Communication;

namespace AutoSelect.Performance.Tests;

public sealed class BreakEvenTests
{
    private static readonly LayerTime[] Model = [new(1, 2, 0, 20_000_000, 4000), new(1, 2, 0, 5_000_000, 1000)];
    private static readonly ProcessorCosts Costs = new() { CastSecondsPerByte = 8e-10 };

    [Theory]
    [InlineData(2), InlineData(4), InlineData(8)]
    public void Of_fp16_it_is_the_closed_form(int p)
    {
        const double Gamma = 2e-10;
        var bandwidth = BreakEven.BytesPerSecond(
            Topology.Flat(p, new Link("any", 1e-5, 0), Gamma), 0, Hierarchy.Ring(p), GradientCompression.Fp16, Model, Costs);
        Assert.Equal(1, bandwidth * (p * 8e-10 - 0.5 * (p - 1) * Gamma) / (p - 1), 1e-9);
    }

    [Theory]
    [InlineData("fp16"), InlineData("fp8"), InlineData("powersgd-2")]
    public void On_either_side_of_it_the_other_encoding_wins(string name)
    {
        var compression =
            name switch { "fp16" => GradientCompression.Fp16, "fp8" => GradientCompression.Fp8, _ => GradientCompression.PowerSgd(2) };
        var hierarchy = new Hierarchy(2, 4);
        var topology = Hosts(0);
        var bandwidth = BreakEven.BytesPerSecond(topology, 1, hierarchy, compression, Model, Costs);
        Assert.InRange(bandwidth, 1e7, 1e11);
        Assert.True(Seconds(compression, 0.9 * bandwidth) < Seconds(GradientCompression.Fp32, 0.9 * bandwidth));
        Assert.True(Seconds(compression, 1.1 * bandwidth) > Seconds(GradientCompression.Fp32, 1.1 * bandwidth));
        Assert.Equal(1, Seconds(compression, bandwidth) / Seconds(GradientCompression.Fp32, bandwidth), 1e-9);

        double Seconds(GradientCompression c, double bytesPerSecond) =>
            c.WorkSeconds(Model, Costs) + c.Messages(Model)
                .Sum(b => CollectiveTime.Seconds(Hosts(1 / bytesPerSecond), Collective.AllReduce, hierarchy, b));
    }

    [Fact]
    public void A_cast_that_costs_nothing_pays_at_any_bandwidth() => Assert.Equal(
        double.PositiveInfinity,
        BreakEven.BytesPerSecond(Hosts(0), 1, new Hierarchy(2, 4), GradientCompression.Fp16, Model, Costs with { CastSecondsPerByte = 0 }));

    private static Topology Hosts(double secondsPerByte) =>
        Topology.Hosts(4, 2, new Link("shared memory", 1e-6, 1e-10), new Link("network", 5e-5, secondsPerByte, LinkSharing.Wire), 1e-10);
}
