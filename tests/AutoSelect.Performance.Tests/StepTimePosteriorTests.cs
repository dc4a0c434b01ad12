using AutoSelect.Contracts;

namespace AutoSelect.Performance.Tests;

public sealed class StepTimePosteriorTests
{
    private static readonly StepTimeForecast Prior = new(0.01, 0.8, 0.5);

    [Fact]
    public void Many_steady_steps_outweigh_a_vague_prior()
    {
        var posterior = StepTimePosterior.Update(Prior, Measured(0.02, 0.02, steps: 1000, error: 1e-5));
        Assert.Equal(0.02, posterior.MedianSeconds, 2e-4);
        Assert.InRange(posterior.LogStandardDeviation, 0.02, 0.06);
    }

    [Fact]
    public void Prior_and_measurement_of_equal_variance_meet_in_the_geometric_mean()
    {
        // Variance of the measurement: drift .04², nothing else but a standard error of .3 of the mean and one of .25² over 1e9 steps.
        var prior = new StepTimeForecast(0.01, Math.Sqrt(0.04 * 0.04 + 0.3 * 0.3), 0);
        var posterior = StepTimePosterior.Update(prior, Measured(0.04, 0.04, steps: 1_000_000_000, error: 0.012));
        Assert.Equal(0.02, posterior.MedianSeconds, 1e-6);
        Assert.Equal(prior.LogStandardDeviation / Math.Sqrt(2), posterior.LogStandardDeviation, 1e-6);
    }

    [Fact]
    public void The_wall_clock_is_forecast_with_its_contention_which_widens_the_belief()
    {
        var quiet = StepTimePosterior.Update(Prior, Measured(0.02, 0.02, 1000, 1e-5));
        var busy = StepTimePosterior.Update(Prior, Measured(0.02, 0.03, 1000, 1e-5));
        Assert.True(busy.LogStandardDeviation > quiet.LogStandardDeviation);
        Assert.Equal((0.02, 0.03), (Math.Round(quiet.MedianSeconds, 3), Math.Round(busy.MedianSeconds, 3)));
    }

    [Fact]
    public void No_steps_leave_the_prior()
    {
        Assert.Equal(Prior, StepTimePosterior.Update(Prior, null));
        Assert.Equal(Prior, StepTimePosterior.Update(Prior, Measured(0, 0, 0, 0)));
        Assert.Equal(Prior with { EvaluationSeconds = 0.1 }, StepTimePosterior.Update(Prior, Measured(1, double.NaN, 5, 0), 0.1));
    }

    private static StepTime Measured(double quartile, double mean, long steps, double error) =>
        new() { Steps = steps, LowerQuartileSeconds = quartile, MeanSeconds = mean, StandardErrorSeconds = error };

    [Theory]
    [InlineData(.0093255, .010, .1)]
    [InlineData(.010, .009, 0)] // a long tail to the left is no spread
    public void The_spread_of_steps_is_read_off_how_far_their_quartile_lies_below_the_mean(double quartile, double mean, double spread)
    {
        var measured = new StepTime { Steps = 100, LowerQuartileSeconds = quartile, MeanSeconds = mean, StandardErrorSeconds = 1e-4 };
        Assert.Equal(spread, measured.Spread, 1e-6);
        Assert.Equal(spread, StepTimePosterior.Update(new StepTimeForecast(.01, .3, 0), measured).Spread, 1e-6);
    }
}
