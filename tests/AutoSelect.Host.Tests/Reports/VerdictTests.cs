using AutoSelect.Contracts;
using AutoSelect.Host.Reports;

namespace AutoSelect.Host.Tests.Reports;

/// <summary>The first line of a report: by how much sooner or later than the baseline alone, and at what price in device time.</summary>
public sealed class VerdictTests
{
    private static readonly Quantiles NoValue = Make.Quantiles(0, 0, 0, 0, 0);

    [Fact]
    public void A_baseline_that_arrived_in_its_lane_is_told_as_measured_by_the_jobs_clock()
    {
        // It began 2 s into the job, loaded for 1 s and arrived after 60 s of training and 3 s of evaluation.
        var baseline = InLane(Make.Trial("b", 0, TrialState.Paused, (40, 0.7), (60, 0.9)), 2, (60, 3, 1));
        Assert.Equal("Reached accuracy 0.85 after 40.0 s, with w: 1.65 times as fast as b alone (1 min 06 s, measured in its lane), for "
            + "1.5 times its device time.", Sentence(baseline, 40));
    }

    [Fact]
    public void A_job_that_was_slower_says_so()
    {
        var baseline = InLane(Make.Trial("b", 0, TrialState.Paused, (40, 0.7), (60, 0.9)), 2, (60, 3, 1));
        Assert.Contains("after 1 min 10 s, with w: 1.06 times as long as b alone (", Sentence(baseline, 70));
        Assert.Contains("after 1 min 06 s, with w: as soon as b alone (", Sentence(baseline, 66));
    }

    [Fact]
    public void What_its_device_took_to_come_to_it_is_the_baselines_and_no_device_time()
    {
        var baseline = InLane(Make.Trial("b", 0, TrialState.Paused, (40, 0.7), (60, 0.9)), 2, (60, 3, 1));
        var late = baseline with { Segments = [baseline.Segments[0] with { EndedAt = 76 }] };
        Assert.Contains("b alone (1 min 16 s, measured in its lane), for 1.5 times", Sentence(late, 40));
    }

    [Fact]
    public void The_seconds_in_which_its_lane_rested_are_not_the_baselines()
    {
        var baseline = InLane(Make.Trial("b", 0, TrialState.Paused, (40, 0.7), (60, 0.9)), 2, (40, 2, 1), (20, 1, 5));
        var resumed = baseline with { Segments = baseline.Segments.SetItem(1, baseline.Segments[1] with { StartedAt = 100 }) };
        Assert.Contains("b alone (1 min 06 s, measured in its lane)", Sentence(resumed, 40));
    }

    [Fact]
    public void A_baseline_that_was_stopped_before_is_told_as_a_forecast_with_interval_and_probability()
    {
        var baseline = InLane(Make.Trial("b", 0, TrialState.Paused, (20, 0.7)), 0, (20, 1, 0));
        var forecast = Make.Forecast(baseline, 20, NoValue, Make.Quantiles(30, 40, 50, 60, 90)) with { ProbabilityOfTarget = .96 };
        Assert.Equal("Reached accuracy 0.85 after 40.0 s, with w: 1.77 times as fast as b alone (forecast 1 min 11 s; 51.0 s to 1 min "
            + "51 s with 90 %, at all with 96 %), for about 0.76 times its device time.", Sentence(baseline, 40, forecast));
    }

    [Fact]
    public void A_baseline_that_will_hardly_arrive_is_told_by_its_probability_and_never_as_a_fact()
    {
        var never = double.PositiveInfinity;
        var baseline = InLane(Make.Trial("b", 0, TrialState.Paused, (20, 0.7)), 0, (20, 1, 0));
        var forecast = Make.Forecast(baseline, 20, NoValue, Make.Quantiles(30, never, never, never, never)) with
        {
            ProbabilityOfTarget = .12,
        };
        var sentence = Sentence(baseline, 40, forecast);
        Assert.Equal("Reached accuracy 0.85 after 40.0 s, with w, for 54.0 s of device time; b alone is forecast to reach it with 12 %.",
            sentence);
        Assert.DoesNotContain("never", sentence);
    }

    [Fact]
    public void A_baseline_that_came_to_its_end_without_arriving_is_told_as_measured()
    {
        var baseline = InLane(Make.Trial("b", 0, TrialState.Completed, (100, 0.7)), 0, (100, 5, 1));
        Assert.Equal("Reached accuracy 0.85 after 40.0 s, with w; b alone did not reach it in its whole run (1 min 46 s of device time, "
            + "measured in its lane), for 1.3 times the device time of that run.", Sentence(baseline, 40));
    }

    [Fact]
    public void A_baseline_that_is_the_answer_is_compared_with_itself()
    {
        var baseline = InLane(Make.Trial("b", 0, TrialState.Completed, (40, 0.7), (60, 0.9)), 2, (60, 3, 1));
        Assert.Equal("Reached accuracy 0.85 after 1 min 09 s, with b, the baseline: 3.0 s later than alone (measured in its lane), for 1.5 "
            + "times its device time.", Verdict.Sentence(Job(Make.FastestTo(.85), baseline).Won(0, .9, 69)));
        Assert.Contains("with b, the baseline: as soon as alone (", Verdict.Sentence(Job(Make.FastestTo(.85), baseline).Won(0, .9, 66)));
    }

    [Fact]
    public void Without_a_figure_of_the_baseline_the_reason_is_told()
    {
        var failed = Make.Trial("b", 0, TrialState.Failed) with { Reason = "out of memory" };
        Assert.EndsWith(
            "with w, for 33.0 s of device time; what b alone would have made of it is not known: it failed: out of memory.",
            Sentence(failed, 40));
    }

    [Fact]
    public void A_missed_target_is_told_with_what_the_baseline_would_have_made_of_it()
    {
        var baseline = InLane(Make.Trial("b", 0, TrialState.Completed, (100, 0.7)), 0, (100, 5, 1));
        var record = Job(Make.FastestTo(.95), baseline).Won(1, .9, null);
        Assert.Equal("Did not reach accuracy 0.95: w ended with 0.9000; b alone did not either in its whole run (measured in its lane).",
            Verdict.Sentence(record with { Outcome = record.Outcome! with { ObjectiveMet = false } }));
    }

    [Fact]
    public void Values_at_a_deadline_are_compared_in_the_metric()
    {
        var objective = new Objective
        {
            Kind = ObjectiveKind.BestBy,
            Metric = "accuracy",
            Direction = Direction.Maximize,
            DeadlineSeconds = 50,
        };
        var baseline = InLane(Make.Trial("b", 0, TrialState.Stopped, (20, 0.8), (40, 0.75), (60, 0.95)), 0, (60, 3, 1));
        Assert.Equal("Ended with accuracy 0.9000 after 1 min 20 s, with w: better by 0.15 than b alone (0.7500, measured in its lane), "
            + "for 2.3 times its device time.", Verdict.Sentence(Job(objective, baseline).Won(1, .9, null)));
    }

    private static string Sentence(Trial baseline, double seconds, params Forecast[] forecasts) =>
        Verdict.Sentence(Job(Make.FastestTo(.85), baseline, forecasts).Won(1, .9, seconds));

    /// <summary>The winner was charged 33 s.</summary>
    private static JobRecord Job(Objective objective, Trial baseline, params Forecast[] forecasts) => Make.Job(
        objective, [baseline, InLane(Make.Trial("w", 1, TrialState.Completed, (30, 0.9)), 4, (30, 2, 1))],
        forecasts.Length == 0 ? [] : [Make.Rung(1, forecasts)]);

    /// <summary>A trial with segments, each right after the one before.</summary>
    private static Trial InLane(Trial trial, double begun, params (double Training, double Evaluation, double Overhead)[] segments) =>
        trial with
        {
            Segments =
            [
                .. Make.Segments([.. segments.Select(s => ("d1", s.Training, s.Evaluation, s.Overhead))])
                    .Select(s => s with { StartedAt = begun, EndedAt = begun + s.Seconds }),
            ],
        };
}
