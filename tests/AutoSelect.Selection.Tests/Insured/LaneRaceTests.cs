using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Insured;

namespace AutoSelect.Selection.Tests.Insured;

/// <summary>Races with a lane beside the baseline's; trial 0 is the baseline.</summary>
public sealed class LaneRaceTests(ITestOutputHelper output)
{
    private static readonly TrialId Baseline = TrialId.At(0);

    [Fact]
    public void The_baseline_trains_from_the_start_to_its_end_and_a_challenger_beside_it()
    {
        var outcome = Decide(Input(Evidence.FastestTo(0.9), Waiting(0), Waiting(1), Waiting(2)));
        Assert.Equal(Evidence.Horizon, outcome.NextStep[Baseline]);
        Assert.Equal(2, outcome.NextStep.Count);
        Assert.Equal(Baseline, outcome.Decisions[0].Trial);
        Assert.Equal(2, outcome.Devices);
        Assert.Null(outcome.Winner);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    public void As_many_challengers_begin_as_there_are_lanes(int lanes, int challengers)
    {
        var input = Input(Evidence.FastestTo(0.9), [.. Enumerable.Range(0, 6).Select(Waiting)]) with
        {
            Devices = 1 + lanes,
            Probe = new ProbeBudget { Devices = 1 + lanes, Price = 0 },
        };
        Assert.Equal(1 + challengers, Decide(input).NextStep.Count);
    }

    [Fact]
    public void Of_near_copies_of_which_nothing_is_known_the_first_that_was_listed_begins_whatever_the_seed()
    {
        static TrialEvidence Copy(int index)
        {
            var trial = Waiting(index);
            return trial with { Candidate = trial.Candidate with { Strategy = "copy" } };
        }
        for (var seed = 0L; seed < 20; seed++)
        {
            var input = Input(Evidence.FastestTo(0.9), Waiting(0), Copy(1), Copy(2), Copy(3)) with { Seed = seed };
            Assert.Contains(TrialId.At(1), Decide(input).NextStep.Keys);
        }
    }

    [Fact]
    public void A_challenger_in_the_middle_of_its_slice_is_left_alone()
    {
        var outcome = Decide(Input(
            Evidence.FastestTo(0.9), Training(0, 200, 0.8), Training(1, 100, 0.5) with { RunningTo = 150 }, Waiting(2)));
        Assert.DoesNotContain(outcome.Decisions, d => d.Trial == TrialId.At(1));
        Assert.DoesNotContain(TrialId.At(2), outcome.NextStep.Keys);
    }

    [Fact]
    public void A_challenger_that_will_hardly_arrive_first_gives_its_lane_to_the_next()
    {
        var outcome = Decide(Input(Evidence.FastestTo(0.9), Training(0, 300, 0.93), Idle(1, 300, 0.5), Waiting(2)));
        Assert.Contains(outcome.Decisions, d => d.Trial == TrialId.At(1) && d.Kind is DecisionKind.Pause or DecisionKind.Stop);
    }

    [Fact]
    public void A_challenger_that_will_very_probably_arrive_first_holds_the_job_and_the_baseline_is_kept()
    {
        var outcome = Decide(Input(Evidence.FastestTo(0.85), Training(0, 150, 0.6), Idle(1, 150, 0.93)) with { Confidence = 0.8 });
        Assert.Equal(TrialId.At(1), outcome.Winner);
        Assert.Equal(Baseline, outcome.RunnerUp);
        var commit = outcome.Decisions.Single(d => d.Kind == DecisionKind.Commit);
        Assert.Contains("before s1 with", commit.Reason);
        Assert.True(outcome.NextStep[TrialId.At(1)] > 150);
        Assert.False(outcome.FallsBack);
    }

    [Fact]
    public void A_challenger_that_overtakes_another_is_no_fall_back()
    {
        var input = Input(Evidence.FastestTo(0.85), Training(0, 150, 0.6), Idle(1, 150, 0.7), Idle(2, 150, 0.93));
        var outcome = Decide(input with { Confidence = 0.8, Commit = CommitTo(1) });
        Assert.Equal((TrialId.At(2), false), (outcome.Winner, outcome.FallsBack));
    }

    [Theory]
    [InlineData(TrialState.Failed)]
    [InlineData(TrialState.Completed)]
    public void Whoever_follows_a_holder_that_cannot_go_on_falls_back(TrialState state)
    {
        var gone = Idle(1, Evidence.Horizon, 0.7) with { State = state };
        var input = Input(Evidence.FastestTo(0.85), Training(0, 150, 0.84), gone) with { Confidence = 0.8, Commit = CommitTo(1) };
        var outcome = Decide(input);
        Assert.Equal((Baseline, true), (outcome.Winner, outcome.FallsBack));
        Assert.Contains("cannot go on", outcome.Decisions.Single(d => d.Kind == DecisionKind.Commit).Reason);
        var another = Decide(input with { Trials = input.Trials.Add(Idle(2, 150, 0.93)) });
        Assert.Equal((TrialId.At(2), true), (another.Winner, another.FallsBack));
    }

    [Fact]
    public void Whom_somebody_asked_for_holds_the_job_for_as_long_as_it_can_go_on()
    {
        var input = Input(Evidence.FastestTo(0.9), Training(0, 300, 0.93), Idle(1, 300, 0.5)) with
        {
            Commit = CommitTo(1),
            IsCommitAskedFor = true,
        };
        Assert.Null(Decide(input).Winner);
        var failed = input.Trials[1] with { State = TrialState.Failed };
        Assert.Equal(Baseline, Decide(input with { Trials = [input.Trials[0], failed] }).Winner);
    }

    [Fact]
    public void A_baseline_that_rests_gets_its_lane_back_before_the_premium_is_spent()
    {
        var input = Input(Evidence.FastestTo(0.9), Training(0, 300, 0.6), Idle(1, 300, 0.945)) with
        {
            Commit = CommitTo(1),
            BaselineSeconds = 100,
            BaselineIdleSeconds = 0,
            Probe = new ProbeBudget { Price = 50 },
        };
        var outcome = Decide(input);
        Assert.DoesNotContain(Baseline, outcome.NextStep.Keys);
        var left = Account.FromRace(Race.FromInput(input, InsuredSettings.Default)).Left;
        Assert.Equal(input.ElapsedSeconds + left - 1, outcome.DecideAgainAt!.Value, 1e-9);
        var later = Decide(input with { ElapsedSeconds = outcome.DecideAgainAt.Value, BaselineIdleSeconds = left - 1 });
        Assert.Equal(Evidence.Horizon, later.NextStep[Baseline]);
    }

    [Fact]
    public void Early_curves_make_nobody_the_holder()
    {
        var outcome = Decide(Input(Evidence.FastestTo(0.9), Training(0, 30, 0.3), Idle(1, 30, 0.93)));
        Assert.Null(outcome.Winner);
    }

    [Fact]
    public void A_holder_that_leaves_its_forecast_gives_the_job_back_to_the_baseline()
    {
        var input = Input(Evidence.FastestTo(0.9), Training(0, 300, 0.93), Idle(1, 300, 0.5));
        var outcome = Decide(input with { Commit = CommitTo(1) });
        Assert.Equal((Baseline, true), (outcome.Winner, outcome.FallsBack));
        Assert.Contains("has left its forecast", outcome.Decisions.Single(d => d.Kind == DecisionKind.Commit).Reason);
    }

    [Fact]
    public void The_baseline_goes_on_when_the_premium_is_spent_whoever_holds_the_job()
    {
        var input = Input(Evidence.FastestTo(0.9), Training(0, 300, 0.6) with { RunningTo = null }, Idle(1, 300, 0.945)) with
        {
            Commit = CommitTo(1),
            BaselineIdleSeconds = 1000,
        };
        Assert.Equal(Evidence.Horizon, Decide(input).NextStep[Baseline]);
    }

    [Fact]
    public void Borrowed_devices_go_back_when_nobody_is_worth_their_price()
    {
        var outcome = Decide(Input(Evidence.FastestTo(0.9), Training(0, 200, 0.9), Waiting(1)) with
        {
            Probe = new ProbeBudget { Price = 50 },
        });
        Assert.Equal(1, outcome.Devices);
        Assert.Equal([Baseline], outcome.NextStep.Keys);
    }

    [Fact]
    public void When_a_device_has_gone_the_baseline_gets_what_is_left()
    {
        var input = Input(Evidence.FastestTo(0.9), Idle(0, 200, 0.8), Training(1, 100, 0.95) with { RunningTo = 150 }) with { Devices = 1 };
        var outcome = Decide(input);
        Assert.Equal(Evidence.Horizon, outcome.NextStep[Baseline]);
        Assert.Contains(outcome.Decisions, d => d.Trial == TrialId.At(1) && d.Kind == DecisionKind.Pause);
        Assert.Equal(2, outcome.Devices);
    }

    [Fact]
    public void Near_copies_wait_until_one_of_each_kind_was_tried()
    {
        static TrialEvidence Copy(int i, string strategy) => Waiting(i) with
        {
            Candidate = Evidence.Candidate($"s{i + 1}") with { Strategy = strategy },
        };
        var input = Input(Evidence.FastestTo(0.9), Waiting(0), Copy(1, "a"), Copy(2, "a"), Copy(3, "a"), Copy(4, "b"), Copy(5, "c")) with
        {
            Devices = 4,
            Probe = new ProbeBudget { Devices = 4, Price = 0 },
        };
        var begun = Decide(input).NextStep.Keys.Where(k => k != Baseline).Select(k => input.Trials.First(t => t.Trial == k));
        Assert.Equal(["a", "b", "c"], begun.Select(t => t.Candidate.Strategy).Order());
    }

    [Theory]
    [InlineData(TrialState.Failed)]
    [InlineData(TrialState.Completed)]
    public void Without_its_baseline_the_race_goes_on_and_says_that_the_insurance_is_over(TrialState state)
    {
        var lost = Evidence.Trial(0, Evidence.Horizon, Evidence.Rising(0.6)) with { State = state };
        var outcome = Decide(Input(Evidence.FastestTo(0.9), lost, Idle(1, 300, 0.945), Waiting(2)));
        Assert.Equal(TrialId.At(1), outcome.Winner);
        Assert.Contains("The insurance is over", outcome.Summary);
    }

    [Fact]
    public void Without_its_baseline_somebody_trains_whatever_the_price_of_devices()
    {
        var lost = Evidence.Trial(0, Evidence.Horizon, Evidence.Rising(0.6)) with { State = TrialState.Failed };
        var input = Input(Evidence.FastestTo(0.9), lost, Idle(1, 30, 0.945), Waiting(2)) with { Probe = new ProbeBudget { Price = 50 } };
        Assert.Single(Decide(input).NextStep);
        Assert.Single(Decide(input with { Trials = [lost, Waiting(1), Waiting(2)] }).NextStep);
    }

    [Fact]
    public void Without_its_baseline_the_race_ends_when_nobody_is_likely_to_arrive()
    {
        var lost = Evidence.Trial(0, Evidence.Horizon, Evidence.Rising(0.6)) with { State = TrialState.Completed };
        var outcome = Decide(Input(Evidence.FastestTo(0.99), lost, Idle(1, 800, 0.6)));
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

    [Fact]
    public void One_candidate_is_no_race()
    {
        var outcome = Decide(Input(Evidence.FastestTo(0.9), Waiting(0)));
        Assert.Equal([Baseline], outcome.NextStep.Keys);
        Assert.Equal(1, outcome.Devices);
    }

    private SelectionOutcome Decide(SelectionInput input)
    {
        var outcome = new InsuredPolicy().Decide(input);
        output.WriteLine(outcome.Summary);
        foreach (var d in outcome.Decisions) output.WriteLine($"  {d.Trial} {d.Kind}: {d.Reason}");
        return outcome;
    }

    private static SelectionInput Input(Objective objective, params IEnumerable<TrialEvidence> trials) =>
        Evidence.Input(objective, 1, trials) with { Baseline = Baseline, BaselineSeconds = 20 };

    private static TrialEvidence Waiting(int index) => Evidence.Trial(index, 0, _ => 0, state: TrialState.Waiting);

    private static TrialEvidence Training(int index, long step, double level) =>
        Evidence.Trial(index, step, Evidence.Rising(level, 0.02)) with { RunningTo = Evidence.Horizon };

    private static TrialEvidence Idle(int index, long step, double level) => Evidence.Trial(index, step, Evidence.Rising(level, 0.02));

    private static Commit CommitTo(int index) => new()
    {
        Winner = TrialId.At(index),
        Rung = 0,
        At = 1,
        Forecast = new InsuredPolicy().Decide(Input(Evidence.FastestTo(0.9), Idle(0, 100, 0.8), Idle(1, 100, 0.8))).Forecasts[index],
        Reason = "",
    };
}
