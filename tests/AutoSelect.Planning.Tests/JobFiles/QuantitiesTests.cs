using AutoSelect.Planning.JobFiles;

namespace AutoSelect.Planning.Tests.JobFiles;

public class QuantitiesTests
{
    [Theory]
    [InlineData("90s", 90.0)]
    [InlineData("5m", 300.0)]
    [InlineData("1h30m", 5400.0)]
    [InlineData("2d", 172800.0)]
    [InlineData("1.5s", 1.5)]
    [InlineData("250ms", 0.25)]
    [InlineData("0s", null)]
    [InlineData("", null)]
    [InlineData("5", null)]
    [InlineData("30m1h", null)]
    [InlineData("-5m", null)]
    [InlineData("5 m", null)]
    public void A_duration_is_read_by_its_units(string text, double? seconds) => Assert.Equal(seconds, Quantities.Seconds(text));

    [Theory]
    [InlineData("512B", 512L)]
    [InlineData("500MB", 500_000_000L)]
    [InlineData("4GiB", 4L << 30)]
    [InlineData("1.5 KiB", 1536L)]
    [InlineData("0B", null)]
    [InlineData("4", null)]
    [InlineData("4gib", null)]
    public void A_size_is_read_by_its_unit(string text, long? bytes) => Assert.Equal(bytes, Quantities.Bytes(text));
}
