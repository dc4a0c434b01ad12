using AutoSelect.Contracts;
using AutoSelect.Jobs.Analysis;

namespace AutoSelect.Host.Tests.Reports;

/// <summary>A forecast is brought up to date with what is known by the end.</summary>
public sealed class ArrivalForecastTests
{
    private static readonly ArrivalForecast Wide = new(Make.Quantiles(10, 20, 30, 40, 60), .95);

    [Fact]
    public void It_is_told_in_the_pace_that_was_measured()
    {
        var trial = Make.Trial("b", 0, TrialState.Paused, (20, 0.7));
        var forecast = Make.Forecast(trial, 20, Make.Quantiles(0, 0, 0, 0, 0), Make.Quantiles(10, 20, 30, 40, double.PositiveInfinity));
        var slow = ArrivalForecast.FromForecast(forecast, 2)!;
        Assert.Equal((Make.Quantiles(20, 40, 60, 80, double.PositiveInfinity), .75), (slow.Seconds, slow.Probability));
        Assert.Null(ArrivalForecast.FromForecast(forecast with { SecondsToTarget = null }, 1));
    }

    [Fact]
    public void What_has_not_come_by_a_moment_comes_later_and_less_surely()
    {
        Assert.Equal(Wide, Wide.NotBy(0));
        var later = Wide.NotBy(20)!;
        // A quarter of the mass lies behind it: of the rest, the median is at 62.5 %.
        Assert.Equal(35, later.Seconds.P50, 1e-9);
        Assert.Equal((.95 - .25) / .75, later.Probability, 1e-9);
        Assert.True(later.Seconds.P05 >= 20 && later.Seconds.P25 > 20);
        Assert.Equal(double.PositiveInfinity, later.Seconds.P95);
    }

    [Fact]
    public void A_forecast_that_was_overtaken_says_nothing_any_more()
    {
        Assert.Null(Wide.NotBy(61));
        Assert.Null(new ArrivalForecast(Make.Quantiles(5, 9, double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity), .3)
            .NotBy(30));
    }
}
