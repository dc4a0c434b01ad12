using AutoSelect.Training.Ranks;

namespace AutoSelect.Training.Tests;

public sealed class RankAgreementTests
{
    [Theory]
    [InlineData(double.NaN, 0, 1)]
    [InlineData(.01, 0, 50)]
    [InlineData(.01, .02, 50)] // a twentieth of .5 s pays .025 s
    [InlineData(.01, .1, 200)]
    [InlineData(.01, 1, 500)]
    [InlineData(10, 1, 1)]
    [InlineData(1e-6, 0, 4096)]
    public void Ranks_agree_as_seldom_as_halting_costs(double stepSeconds, double haltSeconds, int steps) =>
        Assert.Equal(steps, RankAgreement.StepsBetween(stepSeconds, haltSeconds));
}
