using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Insured;
using AutoSelect.Testing;

namespace AutoSelect.Selection.Tests;

public sealed class OddInputTests
{
    private readonly InsuredPolicy policy = new();

    [Theory]
    [InlineData("insured")]
    [InlineData("exhaustive")]
    public void No_trials_at_all_give_no_decisions(string name)
    {
        var outcome = PolicyCatalogue.Get(name).Decide(Evidence.Input(Goals.FastestTo(0.9), 1));
        Assert.Empty(outcome.Decisions);
        Assert.Null(outcome.Winner);
    }

    [Fact]
    public void Nothing_but_nan_is_no_measurement()
    {
        var outcome = policy.Decide(Input(Goals.BestBy(100), 1, Evidence.Trial(0, 50, _ => double.NaN),
            Evidence.Trial(1, 50, _ => double.NaN)));
        Assert.All(outcome.NextStep, n => Assert.True(n.Value > 50));
        Assert.Contains(TrialId.At(0), outcome.NextStep.Keys);
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
            Goals.FastestTo(0.99), Goals.FastestTo(double.NaN), Goals.BestBy(0), Goals.BestBy(-3),
            Goals.BestBy(100) with { DeadlineSeconds = null },
        ];
        foreach (var objective in objectives)
            foreach (var rung in new[] { 0, 1, 40 })
            {
                var outcome = policy.Decide(
                    Input(objective, rung, strange) with { Devices = 0, Probe = new ProbeBudget { Devices = 0, Insurance = 0 } });
                Assert.Equal(outcome.Decisions.Length, outcome.Decisions.Select(d => d.Trial).Distinct().Count());
            }
    }

    [Fact]
    public void An_unknown_policy_is_refused_with_the_names_there_are()
    {
        var error = Assert.Throws<ArgumentException>(() => PolicyCatalogue.Get("regert"));
        Assert.Contains("'regert'", error.Message);
        Assert.Contains("one-evaluation, power-law", error.Message);
    }

    private static SelectionInput Input(Objective objective, int rung, params IEnumerable<TrialEvidence> trials) =>
        Evidence.Input(objective, rung, trials) with { Baseline = TrialId.At(0) };
}
