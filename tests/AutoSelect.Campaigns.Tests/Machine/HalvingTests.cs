using AutoSelect.Campaigns.Machine;
using AutoSelect.Contracts;
using static AutoSelect.Campaigns.Tests.Sample;

namespace AutoSelect.Campaigns.Tests.Machine;

/// <summary>Four points had .1 to .4 at a ninth of their runs, the first rung for η = 3.</summary>
public sealed class HalvingTests
{
    private static readonly StopRule Rule = new(Below: 0, After: 4, Eta: 3);

    [Theory]
    [InlineData(0.1, null)]
    [InlineData(0.12, 1)]
    [InlineData(0.33, 1)]
    [InlineData(0.34, 2)]
    [InlineData(1, 2)]
    public void Rungs_lie_at_a_ninth_and_a_third_of_a_run(double progress, int? rung)
    {
        var reached = Halving.Reached(Rule, Four().Points[^1], Job(progress, 0.4));
        Assert.Equal(rung is { } r ? new RungReached(4, r, progress, 0.4) : null, reached);
    }

    [Fact]
    public void Each_rung_is_reached_once_and_not_before_a_value()
    {
        var record = Four();
        Assert.Null(Stopping.Next(record, record.Points[^1], Job(0.2, null)));
        record = record.With(Assert.IsType<RungReached>(Stopping.Next(record, record.Points[^1], Job(0.2, 0.7))));
        Assert.Null(Stopping.Next(record, record.Points[^1], Job(0.3, 0.7)));
        Assert.Equal(2, Assert.IsType<RungReached>(Stopping.Next(record, record.Points[^1], Job(0.4, 0.7))).Rung);
    }

    [Theory]
    [InlineData(0.45, true)]
    [InlineData(0.31, true)]
    [InlineData(0.29, false)]
    [InlineData(0.1, false)]
    public void Who_is_not_among_the_best_third_at_its_rung_is_given_up(double value, bool goesOn)
    {
        // Two of five may go on: .4, and .3 or the value.
        var record = Four().With(new RungReached(4, 1, 0.12, value));
        var given = (PointGivenUp?)Stopping.Next(record, record.Points[^1], Job(0.2, value));
        Assert.Equal(goesOn, given is null);
        if (given is null) return;
        Assert.Equal((null, 2, 0.1 * 3, null), (given.Chance, given.Best, given.ToBeat, given.Budget));
        Assert.Equal(value > 0.2 ? new RungPlace(1, 3, 5) : given.Place! with { Rung = 1, Among = 5 }, given.Place);
        Assert.Contains($"place {given.Place!.Rank} of 5 at rung 1", given.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.15, true)]
    [InlineData(0.35, false)]
    public void Less_is_better_where_the_metric_is_minimized(double value, bool goesOn)
    {
        var record = Four().With(new RungReached(4, 1, 0.12, value));
        Assert.Equal(goesOn, Stopping.Next(record, record.Points[^1], Job(0.2, value) with { Direction = Direction.Minimize }) is null);
    }

    [Fact]
    public void Nobody_is_given_up_among_few_where_it_is_off_where_times_are_compared_or_while_it_delivers()
    {
        var record = Four().With(new RungReached(4, 1, 0.12, 0.1));
        Assert.NotNull(Stopping.Next(record, record.Points[^1], Job(0.2, 0.1)));
        Assert.Null(Stopping.Next(With(record, Rule with { Eta = 1 }), record.Points[^1], Job(0.2, 0.1)));
        Assert.Null(Stopping.Next(With(record, Rule with { Eta = 6 }), record.Points[^1], Job(0.12, 0.1)));
        Assert.Null(Stopping.Next(With(record, null), record.Points[^1], Job(0.2, 0.1)));
        Assert.Null(Stopping.Next(record, record.Points[^1], Job(0.2, 0.1) with { Phase = JobPhase.Exporting }));
        var time = record with { Spec = record.Spec with { Goal = CampaignGoal.Time } };
        Assert.Null(Stopping.Next(time, time.Points[^1], Job(0.2, 0.1)));
    }

    [Fact]
    public void Who_was_stopped_still_counts_at_the_rungs_that_it_reached()
    {
        var record = Four().With(new RungReached(4, 1, 0.12, 0.1));
        record = record.With((PointGivenUp)Stopping.Next(record, record.Points[^1], Job(0.2, 0.1))!);
        record = record.With(new PointEnded(4, Result(null, deviceSeconds: 4) with { Phase = JobPhase.Cancelled, Value = 0.1 }));
        record = record.With(Proposed(5, "2"), new RungReached(5, 1, 0.12, 0.25));
        Assert.Equal(new RungPlace(1, 3, 6), ((PointGivenUp)Stopping.Next(record, record.Points[^1], Job(0.2, 0.25))!).Place);
    }

    [Fact]
    public void Who_comes_later_changes_no_place_that_was_taken()
    {
        // .35 is second of five, and goes on though two better ones come.
        var record = Four().With(new RungReached(4, 1, 0.12, 0.35));
        record = record.With(Proposed(5, "3"), new RungReached(5, 1, 0.12, 0.8), Proposed(6, "3"), new RungReached(6, 1, 0.12, 0.9));
        Assert.Null(Stopping.Next(record, record.Points[4], Job(0.2, 0.35)));
    }

    private static CampaignRecord Four()
    {
        var record = Begun(Spec with { Goal = CampaignGoal.Value, Jobs = 10, Stop = Rule });
        foreach (var i in Enumerable.Range(0, 4))
            record = record.With(Proposed(i, "1"), new RungReached(i, 1, 0.12, 0.1 * (i + 1)), new PointEnded(i, Result(20)));
        return record.With(Proposed(4, "2"), new PointSubmitted(4, new JobId("x")));
    }

    private static CampaignRecord With(CampaignRecord record, StopRule? rule) => record with { Spec = record.Spec with { Stop = rule } };

    private static JobSighting Job(double progress, double? value) =>
        new(JobPhase.Probing) { Progress = progress, Value = value, Direction = Direction.Maximize };
}
