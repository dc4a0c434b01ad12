using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Insured;
using AutoSelect.Testing;
using static AutoSelect.Selection.Tests.Insured.Lanes;

namespace AutoSelect.Selection.Tests.Insured;

/// <summary>Races with a lane beside the baseline's.</summary>
public sealed class LaneRaceTests(ITestOutputHelper output)
{
    [Fact]
    public void The_baseline_trains_from_the_start_to_its_end_and_a_challenger_beside_it()
    {
        var outcome = Decide(Input(Goals.FastestTo(0.9), Waiting(0), Waiting(1), Waiting(2)));
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
        var input = Input(Goals.FastestTo(0.9), [.. Enumerable.Range(0, 6).Select(Waiting)]) with
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
            var input = Input(Goals.FastestTo(0.9), Waiting(0), Copy(1), Copy(2), Copy(3)) with { Seed = seed };
            Assert.Contains(TrialId.At(1), Decide(input).NextStep.Keys);
        }
    }

    [Fact]
    public void A_challenger_in_the_middle_of_its_slice_is_left_alone()
    {
        var outcome = Decide(Input(
            Goals.FastestTo(0.9), Training(0, 200, 0.8), Training(1, 100, 0.5) with { RunningTo = 150 }, Waiting(2)));
        Assert.DoesNotContain(outcome.Decisions, d => d.Trial == TrialId.At(1));
        Assert.DoesNotContain(TrialId.At(2), outcome.NextStep.Keys);
    }

    [Fact]
    public void A_challenger_that_will_hardly_arrive_first_gives_its_lane_to_the_next()
    {
        var outcome = Decide(Input(Goals.FastestTo(0.9), Training(0, 300, 0.93), Idle(1, 300, 0.5), Waiting(2)));
        Assert.Contains(outcome.Decisions, d => d.Trial == TrialId.At(1) && d.Kind is DecisionKind.Pause or DecisionKind.Stop);
    }

    [Fact]
    public void A_challenger_that_will_very_probably_arrive_first_holds_the_job_and_the_baseline_is_kept()
    {
        var outcome = Decide(Input(Goals.FastestTo(0.85), Training(0, 150, 0.6), Idle(1, 150, 0.93)) with { Confidence = 0.8 });
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
        var input = Input(Goals.FastestTo(0.85), Training(0, 150, 0.6), Idle(1, 150, 0.7), Idle(2, 150, 0.93));
        var outcome = Decide(input with { Confidence = 0.8, Commit = CommitTo(1) });
        Assert.Equal((TrialId.At(2), false), (outcome.Winner, outcome.FallsBack));
    }

    [Theory]
    [InlineData(TrialState.Failed)]
    [InlineData(TrialState.Completed)]
    public void Whoever_follows_a_holder_that_cannot_go_on_falls_back(TrialState state)
    {
        var gone = Idle(1, Evidence.Horizon, 0.7) with { State = state };
        var input = Input(Goals.FastestTo(0.85), Training(0, 150, 0.84), gone) with { Confidence = 0.8, Commit = CommitTo(1) };
        var outcome = Decide(input);
        Assert.Equal((Baseline, true), (outcome.Winner, outcome.FallsBack));
        Assert.Contains("cannot go on", outcome.Decisions.Single(d => d.Kind == DecisionKind.Commit).Reason);
        var another = Decide(input with { Trials = input.Trials.Add(Idle(2, 150, 0.93)) });
        Assert.Equal((TrialId.At(2), true), (another.Winner, another.FallsBack));
    }

    [Fact]
    public void Whom_somebody_asked_for_holds_the_job_for_as_long_as_it_can_go_on()
    {
        var input = Input(Goals.FastestTo(0.9), Training(0, 300, 0.93), Idle(1, 300, 0.5)) with
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
        var input = Input(Goals.FastestTo(0.9), Training(0, 300, 0.6), Idle(1, 300, 0.945)) with
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
        var outcome = Decide(Input(Goals.FastestTo(0.9), Training(0, 30, 0.3), Idle(1, 30, 0.93)));
        Assert.Null(outcome.Winner);
    }

    [Fact]
    public void A_holder_that_leaves_its_forecast_gives_the_job_back_to_the_baseline()
    {
        var input = Input(Goals.FastestTo(0.9), Training(0, 300, 0.93), Idle(1, 300, 0.5));
        var outcome = Decide(input with { Commit = CommitTo(1) });
        Assert.Equal((Baseline, true), (outcome.Winner, outcome.FallsBack));
        Assert.Contains("has left its forecast", outcome.Decisions.Single(d => d.Kind == DecisionKind.Commit).Reason);
    }

    [Fact]
    public void The_baseline_goes_on_when_the_premium_is_spent_whoever_holds_the_job()
    {
        var input = Input(Goals.FastestTo(0.9), Training(0, 300, 0.6) with { RunningTo = null }, Idle(1, 300, 0.945)) with
        {
            Commit = CommitTo(1),
            BaselineIdleSeconds = 1000,
        };
        Assert.Equal(Evidence.Horizon, Decide(input).NextStep[Baseline]);
    }

    [Fact]
    public void Borrowed_devices_go_back_when_nobody_is_worth_their_price()
    {
        var outcome = Decide(Input(Goals.FastestTo(0.9), Training(0, 200, 0.9), Waiting(1)) with
        {
            Probe = new ProbeBudget { Price = 50 },
        });
        Assert.Equal(1, outcome.Devices);
        Assert.Equal([Baseline], outcome.NextStep.Keys);
    }

    [Fact]
    public void When_a_device_has_gone_the_baseline_gets_what_is_left()
    {
        var input = Input(Goals.FastestTo(0.9), Idle(0, 200, 0.8), Training(1, 100, 0.95) with { RunningTo = 150 }) with
        { Devices = 1 };
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
        var input = Input(Goals.FastestTo(0.9), Waiting(0), Copy(1, "a"), Copy(2, "a"), Copy(3, "a"), Copy(4, "b"), Copy(5, "c")) with
        {
            Devices = 4,
            Probe = new ProbeBudget { Devices = 4, Price = 0 },
        };
        var begun = Decide(input).NextStep.Keys.Where(k => k != Baseline).Select(k => input.Trials.First(t => t.Trial == k));
        Assert.Equal(["a", "b", "c"], begun.Select(t => t.Candidate.Strategy).Order());
    }

    private SelectionOutcome Decide(SelectionInput input) => Lanes.Decided(input, output);
}
