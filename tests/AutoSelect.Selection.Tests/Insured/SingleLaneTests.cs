using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Insured;
using AutoSelect.Testing;

namespace AutoSelect.Selection.Tests.Insured;

/// <summary>Races with no lane beside the baseline's: what is tried is tried in its place, as long as the account lasts.</summary>
public sealed class SingleLaneTests(ITestOutputHelper output)
{
    private static readonly TrialId Baseline = TrialId.At(0);

    [Fact]
    public void Where_a_slice_costs_more_than_the_premium_the_baseline_trains_undisturbed()
    {
        var outcome = Decide(Input(Goals.FastestTo(0.9), 0.01, Waiting(0), Waiting(1)));
        Assert.Equal([Baseline], outcome.NextStep.Keys);
        Assert.Equal(1, outcome.Devices);
    }

    [Fact]
    public void A_large_premium_pays_for_a_try_and_the_decision_says_how_much_of_it()
    {
        var outcome = Decide(Input(Goals.FastestTo(0.9), 1, Waiting(0), Waiting(1)));
        Assert.Equal([TrialId.At(1)], outcome.NextStep.Keys);
        Assert.Contains("in the baseline's place", outcome.Decisions[0].Reason);
        Assert.True(outcome.Decisions[0].Numbers["cost"] > 0);
    }

    [Fact]
    public void A_spent_account_leaves_the_lane_to_the_baseline()
    {
        var input = Input(Goals.FastestTo(0.9), 1, Waiting(0), Idle(1, 100, 0.5)) with { BaselineIdleSeconds = 1e6 };
        var outcome = Decide(input);
        Assert.Equal(Baseline, outcome.NextStep.Keys.Single());
        Assert.Contains("the premium is spent", outcome.Decisions[0].Reason);
        Assert.Equal(DecisionKind.Pause, outcome.Decisions.Single(d => d.Trial == TrialId.At(1)).Kind);
    }

    [Fact]
    public void A_challenger_that_has_shown_itself_takes_the_lane()
    {
        var outcome = Decide(Input(Goals.FastestTo(0.85), 0.2, Idle(0, 150, 0.6), Idle(1, 150, 0.93)) with { Confidence = 0.8 });
        Assert.Equal(TrialId.At(1), outcome.Winner);
        Assert.Equal([TrialId.At(1)], outcome.NextStep.Keys);
        Assert.Equal(Baseline, outcome.RunnerUp);
    }

    [Fact]
    public void What_earlier_runs_say_alone_may_be_enough_and_the_decision_says_so()
    {
        var history = SelectionHistory.FromCurves(Enumerable.Range(0, 12).SelectMany(i => new[]
        {
            Recordings.Reaching("s1/1", 90), Recordings.Reaching("s2/1", 20),
        }.Select(c => c with { Problem = $"p{i}", Family = $"f{i}", Workload = $"w{i}" })));
        var input = Input(Goals.FastestTo(0.9), 0.1, Waiting(0), Waiting(1)) with { History = history, Confidence = 0.6 };
        var outcome = Decide(input);
        Assert.Equal(TrialId.At(1), outcome.Winner);
        Assert.Contains("by what earlier runs say alone", outcome.Decisions.Single(d => d.Kind == DecisionKind.Commit).Reason);
    }

    [Theory]
    [InlineData(.1, 0)]
    [InlineData(.1, 4)]
    [InlineData(.3, 0)]
    public void The_premium_is_a_share_of_the_baselines_run_less_what_was_debited(double share, double idle)
    {
        var input = Input(Goals.BestBy(100), share, Idle(0, 100, 0.8)) with { ElapsedSeconds = 8, BaselineIdleSeconds = idle };
        var race = Race.FromInput(input, InsuredSettings.Default);
        var account = Account.FromRace(race);
        Assert.Equal(share * 80, account.Premium, 1e-6);
        Assert.Equal(share * 80 - idle, account.Left, 1e-6);
    }

    [Fact]
    public void A_deadline_leaves_no_premium_of_the_time_that_passed_before_anything_trained()
    {
        double Premium(double waited) => Account.FromRace(Race.FromInput(
            Input(Goals.FastestTo(0.9) with { DeadlineSeconds = 1000 }, 100, Idle(0, 100, 0.8)) with { ElapsedSeconds = 8 + waited },
            InsuredSettings.Default)).Premium;
        var (soon, late) = (Premium(0), Premium(100));
        Assert.True(soon > 0);
        Assert.Equal(Math.Max(0, soon - 100), late, 1e-6);
    }

    [Fact]
    public void The_premium_of_a_job_with_a_deadline_is_told_in_the_unit_of_the_metric_too()
    {
        var input = Input(Goals.BestBy(60), .3, Idle(0, 100, 0.8), Waiting(1)) with { ElapsedSeconds = 8 };
        var numbers = Decide(input).Decisions[0].Numbers;
        Assert.Equal(.3 * 60, numbers["premiumSeconds"], 1e-6);
        // At a tenth of the run the rest of it is worth less than all that is still to come.
        Assert.InRange(numbers["premiumValue"], 1e-4, .1);
        Assert.Equal(numbers["premiumValue"], numbers["premiumLeftValue"], 1e-9);
        Assert.DoesNotContain(
            "premiumValue", Decide(Input(Goals.FastestTo(0.9), .3, Idle(0, 100, 0.8), Waiting(1))).Decisions[0].Numbers.Keys);
    }

    private SelectionOutcome Decide(SelectionInput input)
    {
        var outcome = new InsuredPolicy().Decide(input);
        output.WriteLine(outcome.Summary);
        foreach (var d in outcome.Decisions) output.WriteLine($"  {d.Trial} {d.Kind}: {d.Reason}");
        return outcome;
    }

    private static SelectionInput Input(Objective objective, double insurance, params ImmutableArray<TrialEvidence> trials) =>
        Evidence.Input(objective, 1, trials) with
        {
            Baseline = Baseline,
            BaselineSeconds = trials[0].ChargedSeconds,
            Devices = 1,
            Probe = new ProbeBudget { Devices = 1, Insurance = insurance },
        };

    private static TrialEvidence Waiting(int index) => Evidence.Trial(index, 0, _ => 0, state: TrialState.Waiting);

    private static TrialEvidence Idle(int index, long step, double level) => Evidence.Trial(index, step, Evidence.Rising(level, 0.02));
}
