using AutoSelect.Contracts;
using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Regret;

namespace AutoSelect.Selection.Tests;

/// <summary>Properties that hold for any job; jobs are generated from fixed seeds.</summary>
public sealed class RegretPolicyPropertyTests
{
    private readonly RegretPolicy policy = new();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Equal_inputs_give_equal_outcomes_and_the_order_of_the_trials_does_not_matter(int seed)
    {
        var input = Generated(seed);
        var (first, again, reversed) =
            (policy.Decide(input), policy.Decide(input), policy.Decide(input with { Trials = [.. input.Trials.Reverse()] }));
        Assert.Equal(Shown(first), Shown(again));
        Assert.Equal(Shown(first), Shown(reversed));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_living_trial_gets_one_decision_and_someone_always_goes_on(int seed)
    {
        var input = Generated(seed);
        var outcome = policy.Decide(input);
        var alive = input.Trials.Where(JobOutlook.IsAlive).ToArray();
        Assert.Equal(alive.Select(t => t.Trial).Order(), outcome.Decisions.Select(d => d.Trial).Order());
        Assert.Contains(outcome.Decisions, d => d.Kind is DecisionKind.Continue or DecisionKind.Commit);
        Assert.Equal(outcome.Winner is not null, outcome.Decisions.Any(d => d.Kind == DecisionKind.Commit));
        Assert.All(outcome.Decisions, d => Assert.False(string.IsNullOrWhiteSpace(d.Reason)));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Next_steps_lie_ahead_within_the_horizon_with_an_evaluation_on_the_way(int seed)
    {
        var input = Generated(seed);
        var outcome = policy.Decide(input);
        foreach (var decision in outcome.Decisions.Where(d => d.Kind is DecisionKind.Continue or DecisionKind.Commit))
        {
            var trial = input.Trials.First(t => t.Trial == decision.Trial);
            var next = outcome.NextStep[trial.Trial];
            Assert.InRange(next, trial.Step + 1, trial.HorizonSteps);
            Assert.Contains(Enumerable.Range((int)trial.Step + 1, (int)(next - trial.Step)),
                s => input.Evaluation.IsDue(s, trial.StepsPerEpoch, trial.HorizonSteps));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Probabilities_sum_to_one_and_regrets_are_not_negative(int seed)
    {
        var forecasts = policy.Decide(Generated(seed)).Forecasts;
        Assert.Equal(1, forecasts.Sum(f => f.ProbabilityOfBest), 1e-9);
        Assert.All(forecasts, f => Assert.True(f.ExpectedRegret >= 0));
        Assert.All(forecasts, f => Assert.True(f.FinalValue.P05 <= f.FinalValue.P50 && f.FinalValue.P50 <= f.FinalValue.P95));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_trial_that_is_ahead_everywhere_is_more_likely_the_best(int seed)
    {
        var level = 0.5 + 0.01 * (seed % 20);
        var trials = new[] { Evidence.Trial(0, 200, Evidence.Rising(level)), Evidence.Trial(1, 200, Evidence.Rising(level + 0.15)) };
        var outcome = policy.Decide(Evidence.Input(Evidence.BestBy(200), 2, trials) with { Seed = seed });
        Assert.True(outcome.Forecasts[1].ProbabilityOfBest > 0.8);
        Assert.Equal(TrialId.At(1), outcome.Decisions[0].Trial);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Nobody_is_stopped_for_its_curve_before_8_percent_of_the_horizon(int seed)
    {
        var numbers = new SeededNumbers((ulong)seed);
        var trials = Enumerable.Range(0, 6).Select(i => Evidence.Trial(
            i, 60, Evidence.Rising(0.4 + 0.5 * numbers.Uniform(), 0.3 * numbers.Uniform()), schedule: ScheduleKind.Cosine, noise: 0.01));
        var outcome = policy.Decide(Evidence.Input(Evidence.FastestTo(0.85), 1, trials));
        if (outcome.Winner is null) Assert.DoesNotContain(outcome.Decisions, d => d.Kind == DecisionKind.Stop);
    }

    private static string Shown(SelectionOutcome outcome) => string.Join('\n', [
        outcome.Summary, .. outcome.Decisions.Select(d => $"{d.Trial} {d.Kind} {d.Reason} {string.Join(',', d.Numbers)}"),
        .. outcome.Forecasts.Select(f => f.ToString()), .. outcome.NextStep.Select(n => n.ToString())]);

    private static SelectionInput Generated(int seed)
    {
        var numbers = new SeededNumbers((ulong)seed);
        var rung = 1 + numbers.Below(4);
        var trials = Enumerable.Range(0, 1 + numbers.Below(9)).Select(i =>
        {
            var state = i > 0 && numbers.Below(8) == 0 ? TrialState.Failed : numbers.Below(4) == 0 ? TrialState.Paused : TrialState.Running;
            var curve = Evidence.Rising(0.3 + 0.65 * numbers.Uniform(), 0.01 + 0.3 * numbers.Uniform());
            return Evidence.Trial(i, 10 * (1 + numbers.Below(8 * rung)), curve, 0.02 + 0.1 * numbers.Uniform(), state,
                numbers.Below(2) == 0 ? ScheduleKind.Cosine : ScheduleKind.Constant, 0.01);
        }).ToArray();
        var objective = numbers.Below(3) switch
        {
            0 => Evidence.FastestTo(0.97),
            1 => Evidence.BestBy(400),
            _ => new Objective { Kind = ObjectiveKind.Tradeoff, Metric = "accuracy", Direction = Direction.Maximize, SecondsPerUnit = 300 },
        };
        return Evidence.Input(objective, rung, trials) with { Devices = 1 + numbers.Below(4), Seed = seed };
    }
}
