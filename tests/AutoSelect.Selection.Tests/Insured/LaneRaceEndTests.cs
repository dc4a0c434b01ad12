using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;
using AutoSelect.Testing;
using static AutoSelect.Selection.Tests.Insured.Lanes;

namespace AutoSelect.Selection.Tests.Insured;

/// <summary>The ends of races with a lane beside the baseline's, and what is left when there are too few devices or no baseline.</summary>
public sealed class LaneRaceEndTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(TrialState.Failed)]
    [InlineData(TrialState.Completed)]
    public void Without_its_baseline_the_race_goes_on_and_says_that_the_insurance_is_over(TrialState state)
    {
        var lost = Evidence.Trial(0, Evidence.Horizon, Evidence.Rising(0.6)) with { State = state };
        var outcome = Decide(Input(Goals.FastestTo(0.9), lost, Idle(1, 300, 0.945), Waiting(2)));
        Assert.Equal(TrialId.At(1), outcome.Winner);
        Assert.Contains("The insurance is over", outcome.Summary);
    }

    [Fact]
    public void Without_its_baseline_somebody_trains_whatever_the_price_of_devices()
    {
        var lost = Evidence.Trial(0, Evidence.Horizon, Evidence.Rising(0.6)) with { State = TrialState.Failed };
        var input = Input(Goals.FastestTo(0.9), lost, Idle(1, 30, 0.945), Waiting(2)) with { Probe = new ProbeBudget { Price = 50 } };
        Assert.Single(Decide(input).NextStep);
        Assert.Single(Decide(input with { Trials = [lost, Waiting(1), Waiting(2)] }).NextStep);
    }

    [Fact]
    public void Without_its_baseline_the_race_ends_when_nobody_is_likely_to_arrive()
    {
        var lost = Evidence.Trial(0, Evidence.Horizon, Evidence.Rising(0.6)) with { State = TrialState.Completed };
        var outcome = Decide(Input(Goals.FastestTo(0.99), lost, Idle(1, 800, 0.6)));
        Assert.Empty(outcome.NextStep);
        Assert.Contains("The race is over: the target is unlikely", outcome.Summary);
    }

    [Fact]
    public void Where_time_has_a_price_the_race_ends_when_training_on_costs_more_than_it_brings()
    {
        var objective = new Objective
        {
            Kind = ObjectiveKind.Tradeoff,
            Metric = "accuracy",
            Direction = Direction.Maximize,
            SecondsPerUnit = 10,
        };
        var flat = Decide(Input(objective, Training(0, 700, 0.8), Idle(1, 700, 0.8)));
        Assert.Empty(flat.NextStep);
        Assert.Contains("expected to cost more time", flat.Summary);
        Assert.NotEmpty(Decide(Input(objective with { SecondsPerUnit = 100_000 }, Training(0, 200, 0.8), Idle(1, 200, 0.8))).NextStep);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void When_the_premium_is_spent_the_holder_trains_on_only_where_there_is_a_device_beside_the_baselines(int devices, bool trains)
    {
        var holder = Training(1, 300, 0.945) with { RunningTo = 700 };
        var input = Input(Goals.FastestTo(0.9), Idle(0, 300, 0.6), holder) with
        {
            Devices = devices,
            Commit = CommitTo(1),
            BaselineIdleSeconds = 1000,
        };
        var outcome = Decide(input);
        Assert.Equal(Evidence.Horizon, outcome.NextStep[Baseline]);
        Assert.Equal(trains, outcome.NextStep.ContainsKey(TrialId.At(1)));
        Assert.Equal(!trains, outcome.Decisions.Any(d => d.Trial == TrialId.At(1) && d.Kind == DecisionKind.Pause));
    }

    [Fact]
    public void Whom_somebody_asked_for_keeps_its_device_whatever_the_premium()
    {
        var input = Input(Goals.FastestTo(0.9), Idle(0, 300, 0.93), Training(1, 300, 0.5)) with
        {
            Devices = 1,
            Commit = CommitTo(1),
            IsCommitAskedFor = true,
            BaselineIdleSeconds = 1000,
        };
        Assert.Equal([TrialId.At(1)], Decide(input).NextStep.Keys);
    }

    [Fact]
    public void While_the_baseline_trains_alone_its_curve_is_looked_at_again_as_it_grows()
    {
        var outcome = Decide(Input(Goals.FastestTo(0.9), Training(0, 300, 0.93), Idle(1, 300, 0.2)) with { BaselineSeconds = 24 });
        Assert.Equal([Baseline], outcome.NextStep.Keys);
        Assert.InRange(outcome.DecideAgainAt!.Value, 12, 60);
    }

    [Fact]
    public void Where_time_has_a_price_devices_have_one_too()
    {
        var objective = new Objective
        {
            Kind = ObjectiveKind.Tradeoff,
            Metric = "accuracy",
            Direction = Direction.Maximize,
            SecondsPerUnit = 1000,
        };
        var input = Input(objective, Training(0, 300, 0.93), Idle(1, 300, 0.3), Idle(2, 300, 0.2));
        Assert.Equal([Baseline], Decide(input with { Probe = new ProbeBudget { Devices = 3, Price = 50 }, Devices = 3 }).NextStep.Keys);
    }

    [Fact]
    public void Who_waits_for_more_devices_than_there_are_leaves_those_to_others()
    {
        var wide = Waiting(1);
        wide = wide with { Candidate = wide.Candidate with { Ranks = 2, Strategy = "wide" } };
        var input = Input(Goals.FastestTo(0.9), Waiting(0), wide, Waiting(2)) with
        {
            Devices = 2,
            Probe = new ProbeBudget { Devices = 3, Price = 0 },
        };
        Assert.Contains(TrialId.At(2), Decide(input).NextStep.Keys);
    }

    [Fact]
    public void One_candidate_is_no_race()
    {
        var outcome = Decide(Input(Goals.FastestTo(0.9), Waiting(0)));
        Assert.Equal([Baseline], outcome.NextStep.Keys);
        Assert.Equal(1, outcome.Devices);
    }

    private SelectionOutcome Decide(SelectionInput input) => Lanes.Decided(input, output);
}
