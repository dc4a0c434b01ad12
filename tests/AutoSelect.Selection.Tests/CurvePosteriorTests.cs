using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;
using AutoSelect.Testing;

namespace AutoSelect.Selection.Tests;

public sealed class CurvePosteriorTests
{
    [Fact]
    public void A_power_law_without_noise_is_continued_to_its_end()
    {
        // accuracy .9 − .02 (x + .01)^-.6
        static double Curve(double x) => 0.9 - 0.02 * Math.Pow(x + 0.01, -0.6);
        var final = Final(Evidence.Trial(0, 300, Curve));
        Assert.InRange(Curve(1), final.P05, final.P95);
        Assert.Equal(Curve(1), final.P50, 0.004);
    }

    [Fact]
    public void A_flat_curve_is_predicted_to_stay_flat_within_little()
    {
        var final = Final(Evidence.Trial(0, 500, _ => 0.8, noise: 0.002));
        Assert.Equal(0.8, final.P50, 0.005);
        Assert.InRange(final.P95 - final.P05, 0.002, 0.05);
    }

    [Fact]
    public void The_less_is_known_the_wider_is_the_interval()
    {
        var widths = new long[] { 10, 50, 200, 700 }
            .Select(step => Final(Evidence.Trial(0, step, Evidence.Rising(0.9, 0.2), noise: 0.003))).Select(f => f.P95 - f.P05).ToArray();
        Assert.True(widths[0] > 0.2, $"after one point the interval is {widths[0]:0.000} wide");
        Assert.True(widths[1] > widths[2] && widths[2] > widths[3], string.Join(" ", widths));
    }

    [Theory]
    [InlineData(0.999, 0.05)]
    [InlineData(0.97, 0.2)]
    [InlineData(0.6, 0.5)]
    public void No_accuracy_is_predicted_beyond_1(double level, double half)
    {
        foreach (var step in new long[] { 10, 50, 200 })
        {
            var forecast = Forecast(Evidence.Trial(
                0, step, x => Math.Min(1, Evidence.Rising(level, half)(x)), schedule: ScheduleKind.Cosine));
            Assert.All(forecast.Bands, b => Assert.InRange(b.Value.P95, 0, 1));
            Assert.All(forecast.Bands, b => Assert.InRange(b.Value.P05, 0, 1));
        }
    }

    [Fact]
    public void A_decaying_schedule_leaves_room_for_a_late_gain()
    {
        var flat = Evidence.Rising(0.8, 0.02);
        var constant = Final(Evidence.Trial(0, 300, flat, noise: 0.002));
        var cosine = Final(Evidence.Trial(0, 300, flat, noise: 0.002, schedule: ScheduleKind.Cosine));
        Assert.True(cosine.P95 > constant.P95);
        Assert.Contains("CoolDown", Forecast(Evidence.Trial(0, 300, flat, schedule: ScheduleKind.Cosine)).Families.Keys);
        Assert.DoesNotContain("CoolDown", Forecast(Evidence.Trial(0, 300, flat)).Families.Keys);
    }

    [Fact]
    public void Family_weights_sum_to_one()
    {
        var families = Forecast(Evidence.Trial(0, 200, Evidence.Rising(0.9), noise: 0.01)).Families;
        Assert.Equal(1, families.Values.Sum(), 1e-5);
    }

    [Fact]
    public void Values_that_are_not_finite_are_passed_over()
    {
        var trial = Evidence.Trial(0, 200, Evidence.Rising(0.9));
        var broken = trial with
        {
            Curve = trial.Curve.SetItem(3, Evidence.Point(40, double.NaN)).SetItem(7, Evidence.Point(80, double.PositiveInfinity)),
        };
        Assert.Equal(Final(trial).P50, Final(broken).P50, 0.02);
    }

    [Fact]
    public void The_better_of_raw_and_averaged_value_is_what_counts()
    {
        var trial = Evidence.Trial(0, 200, Evidence.Rising(0.5));
        var averaged = trial with { Curve = [.. trial.Curve.Select(p => p with { AveragedValue = p.Value + 0.3 })] };
        Assert.True(Final(averaged).P50 > Final(trial).P50 + 0.25);
    }

    [Fact]
    public void At_the_horizon_the_value_is_what_was_measured()
    {
        var final = Final(Evidence.Trial(0, Evidence.Horizon, _ => 0.75));
        Assert.Equal((0.75, 0.75, 0.75), (final.P05, final.P50, final.P95));
    }

    [Fact]
    public void Time_to_a_target_is_the_steps_left_times_their_seconds()
    {
        // The error falls exponentially from .9 and is .5 at x = .5; 200 steps are left from 300, of .08 s each.
        var trial = Evidence.Trial(0, 300, x => 1 - 0.9 * Math.Pow(5.0 / 9, 2 * x));
        var forecast = Forecast(trial, Goals.FastestTo(0.5));
        Assert.InRange(forecast.SecondsToTarget!.P50, 0.6 * 16, 1.8 * 16);
        Assert.True(forecast.SecondsToTarget.P05 < 16 && 16 < forecast.SecondsToTarget.P95);
        Assert.Equal(double.PositiveInfinity, Forecast(trial, Goals.FastestTo(0.5, deadline: 24.5)).SecondsToTarget!.P95);
    }

    private static Quantiles Final(TrialEvidence trial) => Forecast(trial).FinalValue;

    private static Forecast Forecast(TrialEvidence trial, Objective? objective = null) =>
        Assert.Single(ForecastWriter.Write(
            JobOutlook.FromInput(Evidence.Input(objective ?? Goals.BestBy(1e6), 1, trial) with { ElapsedSeconds = 24 })));
}
