using AutoSelect.Contracts;
using AutoSelect.Jobs.Analysis;

namespace AutoSelect.Host.Tests.Reports;

public sealed class CalibrationTests
{
    private static readonly Quantiles Wide = Make.Quantiles(0.5, 0.6, 0.7, 0.8, 0.9);

    [Fact]
    public void A_forecast_is_judged_once_at_the_farthest_band_that_was_measured()
    {
        var trial = Make.Trial("a", 0, TrialState.Paused, (10, 0.3), (20, 0.55), (32, 0.75));
        var record = Make.Job(
            Make.FastestTo(0.99), [trial], Make.Rung(1, Make.Forecast(trial, 10, Wide, null, (20, Wide), (30, Wide), (40, Wide))));
        var pair = Assert.Single(Calibration.FromRecord(record).Values);
        Assert.Equal((10, 32, 0.75, true, true), (pair.AtStep, pair.TruthStep, pair.Truth, pair.Within50, pair.Within90));
    }

    [Fact]
    public void A_point_beyond_the_next_band_belongs_to_that_one()
    {
        var trial = Make.Trial("a", 0, TrialState.Paused, (10, 0.3), (30, 0.95));
        var low = Make.Quantiles(0.1, 0.2, 0.3, 0.4, 0.5);
        var record = Make.Job(
            Make.FastestTo(0.99), [trial], Make.Rung(1, Make.Forecast(trial, 10, Wide, null, (20, Wide), (30, low), (40, Wide))));
        var pair = Assert.Single(Calibration.FromRecord(record).Values);
        Assert.Equal((low, false), (pair.Predicted, pair.Within90));
    }

    [Fact]
    public void A_forecast_whose_steps_never_came_is_counted_as_made_but_not_judged()
    {
        var trial = Make.Trial("a", 0, TrialState.Stopped, (10, 0.3));
        var calibration = Calibration.FromRecord(Make.Job(
            Make.FastestTo(0.99), [trial], Make.Rung(1, Make.Forecast(trial, 10, Wide, Wide, (10, Wide), (20, Wide)))));
        Assert.Equal((0, 0, 1, 1), (calibration.Values.Length, calibration.Times.Length, calibration.Forecasts, calibration.TimeForecasts));
    }

    [Fact]
    public void Times_to_the_target_are_run_seconds_from_the_forecast_on()
    {
        var trial = Make.Trial("a", 0, TrialState.Completed, (10, 0.3), (20, 0.6), (30, 0.9));
        var record = Make.Job(
            Make.FastestTo(0.85), [trial], Make.Rung(1, Make.Forecast(trial, 10, Wide, Make.Quantiles(5, 10, 15, 20, 21))),
            Make.Rung(2, Make.Forecast(trial, 30, Wide, Wide)));
        var pair = Assert.Single(Calibration.FromRecord(record).Times);
        Assert.Equal(
            (30, 21.0, false, true), (pair.TruthStep, Math.Round(pair.Truth, 9), pair.Within50, pair.Truth <= pair.Predicted.P95 + 1e-9));
    }

    [Fact]
    public void A_target_missed_over_the_whole_horizon_is_covered_by_an_interval_that_ends_nowhere()
    {
        var trial = Make.Trial("a", 0, TrialState.Completed, (10, 0.3), (100, 0.6));
        JobRecord Job(double p95) =>
            Make.Job(Make.FastestTo(0.85), [trial], Make.Rung(1, Make.Forecast(trial, 10, Wide, Make.Quantiles(5, 10, 15, 20, p95))));
        Assert.True(Assert.Single(Calibration.FromRecord(Job(double.PositiveInfinity)).Times).Within90);
        Assert.False(Assert.Single(Calibration.FromRecord(Job(500)).Times).Within90);
    }

    [Theory]
    [InlineData(0, 0, 0, 1)]
    [InlineData(9, 10, 0.5958, 0.9821)]
    [InlineData(2, 2, 0.3424, 1)]
    public void Coverage_carries_its_own_uncertainty(int hits, int count, double low, double high)
    {
        var range = new Coverage(hits, count).Range;
        Assert.Equal(low, range.Low, 4);
        Assert.Equal(high, range.High, 4);
    }
}
