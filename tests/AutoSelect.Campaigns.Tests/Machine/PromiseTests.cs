using AutoSelect.Campaigns.Machine;
using AutoSelect.Contracts;
using static AutoSelect.Campaigns.Tests.Sample;

namespace AutoSelect.Campaigns.Tests.Machine;

public sealed class PromiseTests
{
    private static readonly Quantiles Quarters = new() { P05 = 0, P25 = 1, P50 = 2, P75 = 3, P95 = 4 };

    [Theory]
    [InlineData(-2, 0)]
    [InlineData(-0.5, 0.025)]
    [InlineData(0, 0.05)]
    [InlineData(0.5, 0.15)]
    [InlineData(2, 0.5)]
    [InlineData(3.5, 0.85)]
    [InlineData(4.5, 0.975)]
    [InlineData(9, 1)]
    public void A_chance_is_read_off_the_quantiles(double value, double chance) =>
        Assert.Equal(chance, Promise.Below(Quarters, value), 9);

    [Fact]
    public void Mass_that_misses_lies_nowhere()
    {
        var often = Quarters with { P75 = double.PositiveInfinity, P95 = double.PositiveInfinity };
        Assert.Equal(0.5, Promise.Below(often, 1000));
        var never = new Quantiles
        {
            P05 = double.PositiveInfinity,
            P25 = double.PositiveInfinity,
            P50 = double.PositiveInfinity,
            P75 = double.PositiveInfinity,
            P95 = double.PositiveInfinity,
        };
        Assert.Equal(0, Promise.Below(never, 1000));
    }

    [Fact]
    public void A_job_whose_best_forecast_cannot_beat_the_best_time_is_given_up()
    {
        var record = Ended(10, 12, 14, 16);
        var point = record.Points[^1];
        // Seen at 8 s: from 8 + 0 s on at the earliest; the chance of 10 s is that of 2 s, a half.
        Assert.Null(GivenUp(record, point, Job(8, Quarters)));
        var late = GivenUp(record, point, Job(8, Quarters with { P05 = 2.5, P25 = 2.8 }))!;
        Assert.Equal((0, 10.0), (late.Best, late.ToBeat));
        Assert.True(late.Chance < 0.05);
        // One of two trials is enough.
        Assert.Null(GivenUp(record, point, Job(8, Quarters with { P05 = 2.5, P25 = 2.8 }, Quarters)));
        // Nothing is known of a third, unless it is too late for it too.
        Assert.Null(GivenUp(record, point, Job(8, Quarters with { P05 = 2.5, P25 = 2.8 }) with { Unforeseen = 1 }));
        Assert.NotNull(GivenUp(record, point, Job(11, Quarters) with { Unforeseen = 1 }));
        // Who has not come by the best time cannot be earlier, whatever is forecast.
        Assert.Equal(0, GivenUp(record, point, Job(11, Quarters))!.Chance!.Value);
    }

    [Fact]
    public void Nobody_is_given_up_too_early_without_forecasts_or_where_it_is_off()
    {
        var record = Ended(10, 12, 14, 16);
        var point = record.Points[^1];
        Assert.Null(GivenUp(record, point, new JobSighting(JobPhase.Probing) { Seconds = 11 }));
        Assert.Null(GivenUp(record, point, Job(11, Quarters) with { Phase = JobPhase.Exporting }));
        Assert.Null(GivenUp(record with { Spec = record.Spec with { Stop = null } }, point, Job(11, Quarters)));
        var few = Ended(10, 12, 14);
        Assert.Null(GivenUp(few, few.Points[^1], Job(11, Quarters)));
    }

    [Fact]
    public void Values_are_compared_at_equal_budget()
    {
        // The best had .6 after 5 s and .9 after 50 s. A job whose run ends after 6 s is held against .6.
        var record = Ended(10, 12, 14, 16);
        record = record with { Spec = record.Spec with { Goal = CampaignGoal.Value } };
        record = record with
        {
            Points = record.Points.SetItem(0, record.Points[0] with
            {
                Result = record.Points[0].Result! with { Value = 0.9, Curve = [new(1, 0.3), new(5, 0.6), new(50, 0.9)] },
            }),
        };
        var quantiles = new Quantiles { P05 = 0.55, P25 = 0.6, P50 = 0.65, P75 = 0.7, P95 = 0.75 };
        Assert.Equal(0.6, Promise.AtBudget(record.Points[0].Result!, 6));
        Assert.Null(GivenUp(record, record.Points[^1], Job(4, finalAt: 6, quantiles)));
        var given = GivenUp(record, record.Points[^1], Job(4, finalAt: 60, quantiles))!;
        Assert.Equal((0.9, 60.0), (given.ToBeat, given.Budget));
    }

    private static PointGivenUp? GivenUp(CampaignRecord record, CampaignPoint point, JobSighting job) =>
        (PointGivenUp?)Stopping.Next(record, point, job);

    private static CampaignRecord Ended(params double[] seconds)
    {
        var record = Begun(Spec with { Stop = new StopRule() });
        foreach (var (time, i) in seconds.Select((s, i) => (s, i)))
            record = record.With(Proposed(i, "1"), new PointEnded(i, Result(time) with { Value = 0.2, Curve = [new(1, 0.2)] }));
        return record.With(Proposed(seconds.Length, "2"), new PointSubmitted(seconds.Length, new JobId("x")));
    }

    private static JobSighting Job(double seconds, params Quantiles[] times) => new(JobPhase.Probing)
    {
        Seconds = seconds,
        ForecastAt = seconds,
        Forecasts = [.. times.Select(t => Forecast(t, t, 100))],
    };

    private static JobSighting Job(double seconds, double finalAt, Quantiles value) => new(JobPhase.Probing)
    {
        Seconds = seconds,
        ForecastAt = seconds,
        Forecasts = [Forecast(value, null, finalAt)],
    };

    private static Forecast Forecast(Quantiles value, Quantiles? time, double finalAt) => new()
    {
        Trial = TrialId.At(0),
        AtStep = 1,
        FinalValue = value,
        SecondsToTarget = time,
        FinalAtSeconds = finalAt,
        ProbabilityOfBest = 1,
        ExpectedRegret = 0,
        SecondsPerStep = 1,
    };
}
