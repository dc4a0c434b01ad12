using AutoSelect.Contracts;
using AutoSelect.Jobs.Analysis;

namespace AutoSelect.Host.Tests.Reports;

public sealed class AnalysisTests
{
    [Fact]
    public void The_front_holds_what_nothing_else_beats_in_time_and_value()
    {
        (double, double)[] points =
        [
            (1, 0.5), (2, 0.7), (3, 0.6), (2, 0.7), (4, 0.9), (1, 0.4), (5, double.NaN), (double.PositiveInfinity, 1)
        ];
        Assert.Equal([true, true, false, true, true, false, false, false], ParetoFront.AmongPoints(points, Direction.Maximize));
        Assert.Equal([false, false, false, false, false, true, false, false], ParetoFront.AmongPoints(points, Direction.Minimize));
        Assert.Empty(ParetoFront.AmongPoints([], Direction.Minimize));
    }

    [Fact]
    public void Seconds_at_a_step_lie_between_its_neighbours_and_go_on_at_the_last_pace()
    {
        var curve = Make.Trial("a", 0, TrialState.Paused, (10, 0.1), (20, 0.2)).Curve;
        Assert.Equal(0, CurveReading.RunSecondsAt(curve, 0));
        Assert.Equal(5.25, CurveReading.RunSecondsAt(curve, 5), 12);
        Assert.Equal(15.75, CurveReading.RunSecondsAt(curve, 15), 12);
        Assert.Equal(42, CurveReading.RunSecondsAt(curve, 40), 12);
        Assert.Equal(15, CurveReading.DeviceSecondsAt(curve, 15), 12);
        Assert.Equal(0, CurveReading.RunSecondsAt([], 7));
    }

    [Fact]
    public void The_best_point_ignores_values_that_are_not_numbers_and_takes_averaged_weights_where_they_are_better()
    {
        var trial = Make.Trial("a", 0, TrialState.Paused, (10, 0.3), (20, double.NaN), (30, 0.3), (40, 0.2));
        Assert.Equal(10, CurveReading.Best(trial, Make.FastestTo(1))!.Step);
        var averaged = trial with { Curve = trial.Curve.SetItem(3, trial.Curve[3] with { AveragedValue = 0.4 }) };
        Assert.Equal(40, CurveReading.Best(averaged, Make.FastestTo(1))!.Step);
        Assert.Null(CurveReading.Best(Make.Trial("a", 0, TrialState.Failed, (10, double.NaN)), Make.FastestTo(1)));
    }

    [Fact]
    public void The_account_adds_up_and_charges_all_but_the_winner_to_finding_out()
    {
        var winner = Make.Trial("w", 0, TrialState.Completed) with { Segments = Make.Segments(("a", 30, 3, 1), ("b", 10, 1, 1)) };
        var loser = Make.Trial("l", 1, TrialState.Stopped) with { Segments = Make.Segments(("b", 12, 2, 0)) };
        var account = Accounting.FromRecord(Make.Job(Make.FastestTo(0.9), [winner, loser]).Won(0, 0.9, 50));
        Assert.Equal((52.0, 6.0, 2.0, 60.0), (account.Training, account.Evaluation, account.Overhead, account.Total));
        Assert.Equal((14.0, 14.0 / 60), (account.Probe, account.ProbeShare));
        Assert.Equal(2, account.Devices);
        Assert.Equal(60.0 / 160, account.Utilisation!.Value, 12);
    }

    [Fact]
    public void A_job_that_did_nothing_has_an_account_without_shares()
    {
        var account = Accounting.FromRecord(Make.Job(Make.FastestTo(0.9), [Make.Trial("a", 0, TrialState.Waiting)]));
        Assert.Equal((0.0, 0.0, (double?)null), (account.Total, account.ProbeShare, account.Utilisation));
    }

    [Fact]
    public void Planes_hold_only_what_was_measured_or_forecast()
    {
        var (a, b) = (Make.Trial("a", 0, TrialState.Paused, (10, 0.5), (20, 0.6)), Make.Trial("b", 1, TrialState.Paused, (10, 0.55)));
        var record = Make.Job(Make.FastestTo(0.9), [a, b, Make.Trial("c", 2, TrialState.Failed)],
            Make.Rung(1, Make.Forecast(b, 5, Make.Quantiles(0.1, 0.2, 0.3, 0.4, 0.5))),
            Make.Rung(2, Make.Forecast(b, 10, Make.Quantiles(0.6, 0.65, 0.7, 0.75, 0.8))));
        var speed = SpeedAccuracy.FromRecord(record);
        Assert.Equal(
            [(a.Id, 20.0, 0.6, true), (b.Id, 10.0, 0.55, true)], speed.Measured.Select(p => (p.Trial, p.Seconds, p.Value, p.OnFront)));
        Assert.Equal([(a.Id, 10.0, true), (b.Id, 10.0, false)], speed.PerEpoch.Select(p => (p.Trial, p.Seconds, p.OnFront)));
        Assert.Equal(
            (b.Id, 100.0, 0.7, 0.6, 0.8), speed.Forecast.Select(p => (p.Trial, p.Seconds, p.Value, p.Low!.Value, p.High!.Value)).Single());
    }
}
