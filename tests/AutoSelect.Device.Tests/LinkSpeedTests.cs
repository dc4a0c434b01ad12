using AutoSelect.Contracts;

namespace AutoSelect.Device.Tests;

public sealed class LinkSpeedTests
{
    [Theory]
    [InlineData("100Mbit,2ms", 12.5e6, 2e-3)]
    [InlineData("1Gbit,.1ms", 125e6, 1e-4)]
    [InlineData("1.5 Gbit, 50us", 187.5e6, 5e-5)]
    [InlineData("512kbit,0s", 64e3, 0)]
    public void A_link_is_a_bandwidth_and_a_latency(string text, double bytes, double seconds)
    {
        var link = LinkSpeed.Parse(text);

        Assert.Equal(bytes, link.BytesPerSecond, 6);
        Assert.Equal(seconds, link.LatencySeconds, 12);
    }

    [Theory]
    [InlineData("100Mbit", "it must be a bandwidth and a latency, such as 100Mbit,2ms")]
    [InlineData("100,2ms", "the bandwidth '100' must be a number with one of the units kbit, Mbit, Gbit")]
    [InlineData("100MB,2ms", "the bandwidth '100MB' must be a number")]
    [InlineData("0Mbit,2ms", "the bandwidth must be above 0")]
    [InlineData("-1Mbit,2ms", "the bandwidth '-1Mbit' must be a number")]
    [InlineData("1Mbit,2", "the latency '2' must be a number with one of the units us, µs, ms, s")]
    [InlineData("1Mbit,2ms,3", "it must be a bandwidth and a latency")]
    public void What_is_none_is_refused_with_the_value_and_the_rule(string text, string rule)
    {
        var fault = Assert.Throws<FormatException>(() => LinkSpeed.Parse(text));

        Assert.StartsWith($"AUTOSELECT_LINK is '{text}': ", fault.Message);
        Assert.Contains(rule, fault.Message);
    }

    [Fact]
    public void It_is_written_in_plain_figures() => Assert.Equal("100 Mbit/s, 2 ms", LinkSpeed.Parse("100Mbit,2ms").ToString());
}
