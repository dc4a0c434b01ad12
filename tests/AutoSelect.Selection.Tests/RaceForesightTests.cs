using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Selection.Policies.Insured;

namespace AutoSelect.Selection.Tests;

public sealed class RaceForesightTests
{
    [Theory]
    [InlineData(null)]
    [InlineData(0.5)]
    public void What_is_foreseen_is_read_as_it_was_written_also_without_a_target(double? chance)
    {
        var foreseen = new RaceForesight
        {
            BaselineSeconds = Quantiles.FromSamples([10]),
            BaselineProbability = chance,
            PremiumSeconds = 1,
            BorrowedDevices = 1,
            Challengers = [],
            ExpectedBorrowedSeconds = 5,
            MostBorrowedSeconds = 11,
            IsByHistory = false,
        };
        var read = JsonSerializer.Deserialize<RaceForesight>(JsonSerializer.Serialize(foreseen, RecordJson.Options), RecordJson.Options)!;
        Assert.Equal(chance, read.BaselineProbability);
        Assert.Equal(foreseen.BaselineSeconds, read.BaselineSeconds);
    }
}
