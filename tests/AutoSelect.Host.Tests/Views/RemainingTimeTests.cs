using AutoSelect.Contracts;
using AutoSelect.Host.Tests.Reports;
using AutoSelect.Host.Views;

namespace AutoSelect.Host.Tests;

public sealed class RemainingTimeTests
{
    private static readonly Quantiles Values = Make.Quantiles(0, 0, 0, 0, 0);

    [Fact]
    public void Before_the_first_forecast_the_rest_of_the_baselines_run_is_the_most() =>
        // 60 of 100 steps of 1 s are left, with .05 s of evaluation each.
        Assert.Equal("at most 1 min 03 s left", Estimate(Running(Make.Trial("b", 0, TrialState.Running, (40, .7)))));

    [Fact]
    public void A_forecast_is_told_in_the_pace_that_was_measured_since()
    {
        var trial = Running(Make.Trial("b", 0, TrialState.Running, (40, .7)));
        var rung = Make.Rung(1, Make.Forecast(trial, 20, Values, Make.Quantiles(20, 30, 40, 50, 60)));
        // 20 of the 40 steps that were forecast from step 20 on are done.
        Assert.Equal("about 20.0 s left", Estimate(trial, rung));
        var slow = trial with { StepTime = trial.StepTime! with { MeanSeconds = 2 } };
        Assert.Equal("about 40.0 s left", Estimate(slow, rung));
    }

    [Fact]
    public void Without_a_forecast_or_a_measurement_nothing_is_said() =>
        Assert.Null(RemainingTime.Estimate(Job(Make.Trial("b", 0, TrialState.Running) with { StepTime = null })));

    private static string Estimate(Trial trial, params RungRecord[] rungs) => RemainingTime.Estimate(Job(trial, rungs))!.ToString();

    private static JobRecord Job(Trial trial, params RungRecord[] rungs) =>
        Make.Job(Make.FastestTo(.9), [trial], rungs) with { Phase = JobPhase.Probing };

    private static Trial Running(Trial trial) => trial with { Segments = Make.Segments(("d1", 40, 2, 0)) };
}
