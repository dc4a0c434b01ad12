using AutoSelect.Contracts;
using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Insured;
using AutoSelect.Testing;

namespace AutoSelect.Selection.Tests.Insured;

/// <summary>Properties that hold for any job; jobs are generated from fixed seeds.</summary>
public sealed class InsuredPropertyTests
{
    private readonly InsuredPolicy policy = new();

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

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
    public void Nobody_is_decided_on_twice_and_only_those_that_are_alive_go_on(int seed)
    {
        var input = Generated(seed);
        var outcome = policy.Decide(input);
        Assert.Equal(outcome.Decisions.Length, outcome.Decisions.Select(d => d.Trial).Distinct().Count());
        Assert.All(outcome.NextStep.Keys, k => Assert.True(JobOutlook.IsAlive(input.Trials.First(t => t.Trial == k))));
        Assert.Equal(outcome.Winner is not null, outcome.Decisions.Any(d => d.Kind == DecisionKind.Commit));
        Assert.All(outcome.Decisions, d => Assert.False(string.IsNullOrWhiteSpace(d.Reason)));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Next_steps_lie_ahead_within_the_horizon(int seed)
    {
        var input = Generated(seed);
        foreach (var (id, next) in policy.Decide(input).NextStep)
        {
            var trial = input.Trials.First(t => t.Trial == id);
            Assert.InRange(next, trial.Step + 1, trial.HorizonSteps);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Nobody_gets_more_devices_than_there_are(int seed)
    {
        var input = Generated(seed);
        var outcome = policy.Decide(input);
        Assert.InRange(outcome.NextStep.Count, 0, Math.Max(1, input.Devices));
        Assert.InRange(outcome.Devices!.Value, 1, Math.Max(1, input.Probe.Devices));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void An_insured_baseline_trains_unless_somebody_else_holds_the_job_and_the_account_allows_it(int seed)
    {
        var input = Generated(seed) with { BaselineIdleSeconds = 1e9 };
        var baseline = input.Trials.First(t => t.Trial == input.Baseline);
        var outcome = policy.Decide(input);
        if (input.Probe.Devices > 1 && JobOutlook.IsAlive(baseline) && outcome.NextStep.Count > 0)
            Assert.Contains(baseline.Trial, outcome.NextStep.Keys);
    }

    private static string Shown(SelectionOutcome outcome) => string.Join('\n', [
        outcome.Summary, .. outcome.Decisions.Select(d => $"{d.Trial} {d.Kind} {d.Reason} {string.Join(',', d.Numbers)}"),
        .. outcome.Forecasts.Select(f => f.ToString()), .. outcome.NextStep.Select(n => n.ToString())]);

    private static SelectionInput Generated(int seed)
    {
        var numbers = new SeededNumbers((ulong)seed);
        var trials = Enumerable.Range(0, 1 + numbers.Below(9)).Select(i =>
        {
            var state = i > 0 && numbers.Below(8) == 0 ? TrialState.Failed : numbers.Below(4) == 0 ? TrialState.Paused : TrialState.Running;
            var curve = Evidence.Rising(0.3 + 0.65 * numbers.Uniform(), 0.01 + 0.3 * numbers.Uniform());
            return Evidence.Trial(i, 10 * numbers.Below(40), curve, 0.02 + 0.1 * numbers.Uniform(), state,
                numbers.Below(2) == 0 ? ScheduleKind.Cosine : ScheduleKind.Constant, 0.01);
        }).ToArray();
        var objective = numbers.Below(3) switch
        {
            0 => Goals.FastestTo(0.97),
            1 => Goals.BestBy(400),
            _ => new Objective { Kind = ObjectiveKind.Tradeoff, Metric = "accuracy", Direction = Direction.Maximize, SecondsPerUnit = 300 },
        };
        var devices = 1 + numbers.Below(4);
        return Evidence.Input(objective, 1, trials) with
        {
            Devices = devices,
            Probe = new ProbeBudget { Devices = devices },
            Seed = seed,
            Baseline = TrialId.At(0),
        };
    }
}
