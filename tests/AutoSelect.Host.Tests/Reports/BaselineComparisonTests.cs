using AutoSelect.Contracts;
using AutoSelect.Jobs.Analysis;

namespace AutoSelect.Host.Tests.Reports;

public sealed class BaselineComparisonTests
{
    private static readonly Trial Winner = Make.Trial("w", 1, TrialState.Completed, (50, 0.9));
    private static readonly Objective BestBy = new()
    {
        Kind = ObjectiveKind.BestBy,
        Metric = "accuracy",
        Direction = Direction.Maximize,
        DeadlineSeconds = 42,
    };
    private static readonly Objective Tradeoff = new()
    {
        Kind = ObjectiveKind.Tradeoff,
        Metric = "error",
        Direction = Direction.Minimize,
        SecondsPerUnit = 1000,
    };

    [Fact]
    public void A_baseline_that_reached_the_target_is_measured_and_the_cost_of_a_slower_job_is_negative()
    {
        var baseline = Make.Trial("b", 0, TrialState.Paused, (40, 0.7), (60, 0.9));
        var comparison = BaselineComparison.FromRecord(Make.Job(Make.FastestTo(0.85), [baseline, Winner]).Won(1, 0.9, 70));
        Assert.Equal((BaselineSource.Measured, 63.0, -7.0), (comparison.Source, comparison.Expected!.P50, comparison.Saved!.P50));
    }

    [Fact]
    public void A_baseline_that_was_paused_is_forecast_from_the_time_it_had_run()
    {
        var baseline = Make.Trial("b", 0, TrialState.Paused, (20, 0.7));
        var forecast = Make.Forecast(baseline, 20, Make.Quantiles(0, 0, 0, 0, 0), Make.Quantiles(30, 40, 50, 60, double.PositiveInfinity));
        var comparison = BaselineComparison.FromRecord(Make.Job(Make.FastestTo(0.85), [baseline, Winner], Make.Rung(1, forecast)).Won(
            1, 0.9, 60));
        Assert.Equal(BaselineSource.Forecast, comparison.Source);
        Assert.Equal(Make.Quantiles(51, 61, 71, 81, double.PositiveInfinity), comparison.Expected);
        Assert.Equal(Make.Quantiles(-9, 1, 11, 21, double.PositiveInfinity), comparison.Saved);
    }

    [Fact]
    public void A_baseline_that_missed_the_target_over_its_horizon_would_never_have_got_there()
    {
        var baseline = Make.Trial("b", 0, TrialState.Completed, (100, 0.7));
        var comparison = BaselineComparison.FromRecord(Make.Job(Make.FastestTo(0.85), [baseline, Winner]).Won(1, 0.9, 60));
        Assert.Equal((BaselineSource.Measured, double.PositiveInfinity, 105.0),
            (comparison.Source, comparison.Saved!.P50, comparison.BaselineDeviceSeconds!.P50));
    }

    [Fact]
    public void At_a_deadline_the_value_the_baseline_had_by_then_counts()
    {
        var baseline = Make.Trial("b", 0, TrialState.Stopped, (20, 0.8), (40, 0.75), (60, 0.95));
        var comparison = BaselineComparison.FromRecord(Make.Job(BestBy, [baseline, Winner]).Won(1, 0.9, null));
        Assert.Equal(("accuracy", 0.75, 0.15), (comparison.Unit, comparison.Expected!.P50, Math.Round(comparison.Saved!.P50, 12)));
    }

    [Fact]
    public void A_baseline_that_did_not_run_to_the_deadline_is_forecast()
    {
        var baseline = Make.Trial("b", 0, TrialState.Stopped, (20, 0.8));
        var forecast = Make.Forecast(baseline, 20, Make.Quantiles(0.7, 0.75, 0.8, 0.85, 0.95));
        var comparison = BaselineComparison.FromRecord(Make.Job(BestBy, [baseline, Winner], Make.Rung(1, forecast)).Won(1, 0.9, null));
        Assert.Equal((BaselineSource.Forecast, -0.05, 0.2),
            (comparison.Source, Math.Round(comparison.Saved!.P05, 12), Math.Round(comparison.Saved.P95, 12)));
    }

    [Fact]
    public void A_trade_off_is_compared_in_seconds()
    {
        // Baseline: 105 s and an error of 0.2, worth 200 s. Job: 80 s and 0.1, worth 100 s.
        var baseline = Make.Trial("b", 0, TrialState.Completed, (100, 0.2));
        var comparison = BaselineComparison.FromRecord(Make.Job(Tradeoff, [baseline, Winner]).Won(1, 0.1, null));
        Assert.Equal((305.0, 180.0, 125.0), (comparison.Expected!.P50, comparison.Actual!.Value, comparison.Saved!.P50));
    }

    [Fact]
    public void Without_a_figure_the_reason_is_given()
    {
        var failed = Make.Trial("b", 0, TrialState.Failed) with { Reason = "out of memory" };
        Assert.Equal("it failed: out of memory",
            BaselineComparison.FromRecord(Make.Job(Make.FastestTo(0.85), [failed, Winner]).Won(1, 0.9, 60)).Why);
        var waiting = BaselineComparison.FromRecord(Make.Job(Make.FastestTo(0.85), [Make.Trial("b", 0, TrialState.Waiting), Winner]));
        Assert.Equal((BaselineSource.None, null, null), (waiting.Source, waiting.Saved, waiting.Actual));
    }
}
