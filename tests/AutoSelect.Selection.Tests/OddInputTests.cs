using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Regret;

namespace AutoSelect.Selection.Tests;

public sealed class OddInputTests
{
    private readonly RegretPolicy policy = new();

    [Theory]
    [InlineData("regret")]
    [InlineData("exhaustive")]
    public void No_trials_at_all_give_no_decisions(string name)
    {
        var outcome = PolicyCatalogue.Get(name).Decide(Evidence.Input(Evidence.FastestTo(0.9), 1));
        Assert.Empty(outcome.Decisions);
        Assert.Null(outcome.Winner);
    }

    [Fact]
    public void A_single_candidate_is_committed_to_after_its_first_rung()
    {
        var start = policy.Decide(Evidence.Input(Evidence.BestBy(100), 0, Evidence.Trial(0, 0, _ => 0, state: TrialState.Waiting)));
        Assert.Equal(DecisionKind.Continue, Assert.Single(start.Decisions).Kind);
        var next = policy.Decide(Evidence.Input(Evidence.BestBy(100), 1, Evidence.Trial(0, 50, Evidence.Rising(0.9))));
        Assert.Equal(TrialId.At(0), next.Winner);
        Assert.Null(next.RunnerUp);
    }

    [Fact]
    public void Nothing_but_nan_is_no_measurement()
    {
        var outcome = policy.Decide(Evidence.Input(
            Evidence.BestBy(100), 1, Evidence.Trial(0, 50, _ => double.NaN), Evidence.Trial(1, 50, _ => double.NaN)));
        Assert.All(outcome.Decisions, d => Assert.Equal(DecisionKind.Continue, d.Kind));
        Assert.All(outcome.NextStep, n => Assert.True(n.Value > 50));
    }

    [Fact]
    public void Strange_figures_do_not_throw()
    {
        var trial = Evidence.Trial(0, 100, Evidence.Rising(0.9));
        TrialEvidence[] strange =
        [
            trial,
            trial with
            {
                Trial = TrialId.At(1),
                StepTime = new StepTimeForecast(double.NaN, double.NaN, double.NaN),
                ChargedSeconds = double.NaN,
            },
            trial with { Trial = TrialId.At(2), StepTime = new StepTimeForecast(0, -1, -5), StepsPerEpoch = 0, HorizonSteps = 0 },
            trial with { Trial = TrialId.At(3), Curve = [], Step = 0 },
            trial with { Trial = TrialId.At(4), Curve = default },
        ];
        Objective[] objectives =
        [
            Evidence.FastestTo(0.99), Evidence.FastestTo(double.NaN), Evidence.BestBy(0), Evidence.BestBy(-3),
            Evidence.BestBy(100) with { DeadlineSeconds = null },
        ];
        foreach (var objective in objectives)
            foreach (var rung in new[] { 0, 1, 40 })
            {
                var outcome = policy.Decide(
                    Evidence.Input(objective, rung, strange) with { Devices = 0, Probe = new ProbeBudget { Devices = 0, Share = 0 } });
                Assert.Equal(5, outcome.Decisions.Length);
            }
    }

    [Fact]
    public void A_trial_without_points_among_others_with_points_is_still_considered()
    {
        var outcome = policy.Decide(Evidence.Input(
            Evidence.BestBy(200), 1, Evidence.Trial(0, 50, Evidence.Rising(0.8), noise: 0.01),
            Evidence.Trial(1, 0, _ => 0, state: TrialState.Waiting)));
        Assert.InRange(outcome.Forecasts[1].ProbabilityOfBest, 0.1, 0.9);
    }

    [Fact]
    public void An_unknown_policy_is_refused_with_the_names_there_are()
    {
        var error = Assert.Throws<ArgumentException>(() => PolicyCatalogue.Get("regert"));
        Assert.Contains("'regert'", error.Message);
        Assert.Contains("random, regret, successive-halving", error.Message);
    }
}
