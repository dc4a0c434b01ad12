using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Comparison;
using AutoSelect.Selection.Replay;
using AutoSelect.Selection.Tests;
using AutoSelect.Testing;

namespace AutoSelect.Jobs.Tests.Replay;

/// <summary>
/// The comparison policies on cases that are computed by hand. Trials have 1000 steps and an accuracy that is to be raised.
/// </summary>
public sealed class ComparisonPolicyTests
{
    [Fact]
    public void The_current_best_trains_on_alone()
    {
        Assert.Equal([50, 50], Decide("current-best:0.05", 0, At(0, 0), At(0, 0)).NextStep.Values);
        Assert.Equal(Going(1, 1000), Decide("current-best:0.05", 1, At(50, 0.3), At(50, 0.4), At(50, 0.2)).NextStep);
    }

    [Fact]
    public void Successive_halving_keeps_a_third_for_three_times_as_long()
    {
        TrialEvidence[] trials = [.. Enumerable.Range(0, 9).Select(i => At(30, i * 0.1))];
        Assert.All(Decide("successive-halving", 0, [.. trials.Select(_ => At(0, 0))]).NextStep.Values, s => Assert.Equal(30, s));
        var outcome = Decide("successive-halving", 1, trials);
        Assert.Equal([TrialId.At(6), TrialId.At(7), TrialId.At(8)], outcome.NextStep.Keys);
        Assert.All(outcome.NextStep.Values, s => Assert.Equal(90, s));
        Assert.Equal(6, outcome.Decisions.Count(d => d.Kind == DecisionKind.Stop));
    }

    [Fact]
    public void Hyperband_deals_27_12_6_and_4_candidates_to_its_brackets()
    {
        TrialEvidence[] trials = [.. Enumerable.Range(0, 49).Select(i => At(0, 0))];
        var brackets = new HyperbandPolicy(3, 1 / 27.0).Brackets(trials).ToArray();
        Assert.Equal([27, 12, 6, 4], brackets.Select(b => b.Trials.Count));
        Assert.Equal([1 / 27.0, 1 / 9.0, 1 / 3.0, 1], brackets.Select(b => b.Share));
    }

    [Fact]
    public void Asha_promotes_the_best_third_before_it_begins_another()
    {
        // Rungs of 3⁻³ … 1 of 1000 steps: 38, 112, 334 and 1000.
        var outcome = Decide("asha-promote", 1, 1, At(38, 0.3), At(38, 0.5), At(38, 0.4), At(0, 0));
        Assert.Equal(Going(1, 112), outcome.NextStep);
        outcome = Decide("asha-promote", 1, 1, At(38, 0.3), At(38, 0.5), At(0, 0));
        Assert.Equal(Going(2, 38), outcome.NextStep);
    }

    [Fact]
    public void Asha_that_stops_compares_with_those_that_came_to_the_rung_before()
    {
        Assert.Equal(112, Decide("asha-stop", 1, 1, At(38, 0.3), Flat(0.5)).NextStep[TrialId.At(0)]);
        var outcome = Decide("asha-stop", 1, 1, At(38, 0.3), Flat(0.5), Flat(0.6), At(0, 0));
        Assert.Equal(DecisionKind.Stop, outcome.Decisions.Single(d => d.Trial == TrialId.At(0)).Kind);
        Assert.Equal(Going(3, 38), outcome.NextStep);
    }

    [Theory]
    [InlineData(0.39, true)] // the running averages of the others are .3, .4 and .5
    [InlineData(0.41, false)]
    public void Median_stopping_compares_the_best_value_with_the_median_of_running_averages(double best, bool isStopped)
    {
        TrialEvidence[] others = [Flat(0.3), Flat(0.4), Flat(0.5)];
        var outcome = Decide("median-stopping", 1, 1, [At(100, best), .. others]);
        Assert.Equal(isStopped, outcome.Decisions.Any(d => d.Kind == DecisionKind.Stop));
        Assert.Equal(isStopped, !outcome.NextStep.ContainsKey(TrialId.At(0)));
    }

    [Fact]
    public void One_evaluation_waits_for_each_trial_and_takes_the_best()
    {
        Assert.Equal([10, 10], Decide("one-evaluation", 0, At(0, 0), At(0, 0)).NextStep.Values);
        Assert.Equal(Going(0, 10), Decide("one-evaluation", 1, At(0, 0), At(10, 0.2)).NextStep);
        Assert.Equal(Going(1, 1000), Decide("one-evaluation", 2, At(10, 0.1), At(10, 0.2)).NextStep);
    }

    [Fact]
    public void The_power_law_prefers_who_will_be_first_at_the_target_to_who_leads()
    {
        // After 100 steps: .80 − .2 = .60, level there; .95 − .4 = .55, but on its way to .90 at 800 steps.
        var leader = Evidence.Trial(0, 100, x => 0.80 - 0.02 / x);
        var riser = Evidence.Trial(1, 100, x => 0.95 - 0.04 / x);
        Assert.Equal(Going(1, 1000), Decide("power-law", 1, leader, riser).NextStep);
        Assert.Equal(Going(0, 1000), Decide("current-best", 1, leader, riser).NextStep);
    }

    [Fact]
    public void A_trial_that_will_not_improve_on_the_best_is_stopped_and_one_that_may_is_not()
    {
        var done = At(1000, 0.8);
        var stuck = Evidence.Trial(0, 300, x => 0.6 - 0.3 * Math.Exp(-x * 40), noise: 0.002);
        var rising = Evidence.Trial(0, 300, x => 0.95 - 0.06 / (x + 0.05), noise: 0.002);
        Assert.Equal(DecisionKind.Stop, Decide("probability-of-improvement", 1, 1, stuck, done).Decisions[0].Kind);
        Assert.Equal(Going(0, 400), Decide("probability-of-improvement", 1, 1, rising, done).NextStep);
    }

    [Fact]
    public void The_best_elsewhere_is_the_best_mean_over_workloads()
    {
        // Slowdowns of a and b: 1 and 2 on u (twice), 2 and 1 on v: equal by workload; with w, 3 and 1, b wins.
        var history = SelectionHistory.FromCurves([
            .. Race("u", "1", 20, 40), .. Race("u", "2", 20, 40), .. Race("v", "1", 40, 20), .. Race("w", "1", 60, 20)]);
        var input = Evidence.Input(Goals.FastestTo(0.9), 0, At(0, 0) with { Candidate = Evidence.Candidate("a") },
            At(0, 0) with { Trial = TrialId.At(1), Candidate = Evidence.Candidate("b") });
        Assert.Equal(Going(1, 1000), PolicyCatalogue.Get("best-elsewhere").Decide(input with { History = history }).NextStep);
        Assert.Equal(Going(0, 1000), PolicyCatalogue.Get("best-elsewhere").Decide(input).NextStep);

        static IEnumerable<RecordedCurve> Race(string workload, string problem, int a, int b) =>
            new[] { Recordings.Reaching("a", a), Recordings.Reaching("b", b) }
                .Select(c => c with { Workload = workload, Problem = workload + problem });
    }

    [Fact]
    public void Random_takes_every_candidate_now_and_then()
    {
        var input = Evidence.Input(Goals.FastestTo(0.9), 0, Number([At(0, 0), At(0, 0), At(0, 0)]));
        var chosen = Enumerable.Range(0, 60)
            .Select(seed => PolicyCatalogue.Get("random").Decide(input with { Seed = seed }).NextStep.Keys.Single());
        Assert.All(chosen.CountBy(t => t), c => Assert.InRange(c.Value, 8, 32));
    }

    [Theory]
    [InlineData("oracle", "only a replay can use it")]
    [InlineData("current-best:1.5", "from 0.001 to 0.999")]
    [InlineData("successive-halving:x", "eta is 'x'")]
    [InlineData("exhaustive:1", "takes at most 0")]
    public void What_is_no_policy_for_a_job_is_refused(string name, string rule)
    {
        Assert.Contains(rule, Assert.Throws<ArgumentException>(() => PolicyCatalogue.Get(name)).Message);
    }

    /// <summary>Every policy plays a race to its end on any number of devices, and never spends more than all runs together.</summary>
    [Fact]
    public void Every_policy_plays_a_job_to_its_end()
    {
        RecordedCurve[] curves = [.. Enumerable.Range(0, 12).Select(i => Recordings.Reaching($"c{i}", i == 7 ? 60 : i % 3 == 0 ? 90 : 0))];
        foreach (var name in ReplayPolicies.Names)
        {
            foreach (var devices in new[] { 1, 3, 12 })
            {
                var policy = ReplayPolicies.Get(name, [.. curves], SimulatedRuns.Conditions(devices).Objective);
                var outcome = SimulatedRuns.Run(policy, devices, [.. curves]);
                Assert.InRange(outcome.DeviceSeconds, 1, 1200);
                Assert.True(outcome.Rungs.Length < 300, $"{name} on {devices} devices decided {outcome.Rungs.Length} times");
                if (name is "exhaustive" or "oracle")
                    Assert.Equal(devices == 12 || name == "oracle" ? 60 : outcome.SecondsToTarget, outcome.SecondsToTarget);
            }
        }
    }

    private static SelectionOutcome Decide(string name, int rung, params TrialEvidence[] trials) => Decide(name, rung, 2, trials);

    private static SelectionOutcome Decide(string name, int rung, int devices, params TrialEvidence[] trials) =>
        PolicyCatalogue.Get(name).Decide(Evidence.Input(Goals.FastestTo(0.9), rung, Number(trials)) with { Devices = devices });

    private static TrialEvidence[] Number(TrialEvidence[] trials) => [.. trials.Select((t, i) => t with { Trial = TrialId.At(i) })];

    private static ImmutableSortedDictionary<TrialId, long> Going(int trial, long step) =>
        ImmutableSortedDictionary<TrialId, long>.Empty.Add(TrialId.At(trial), step);

    /// <summary>A trial that rose linearly to a value at this step; completed when that is its last.</summary>
    private static TrialEvidence At(long step, double value) =>
        Evidence.Trial(0, step, x => value * x * Evidence.Horizon / Math.Max(10, step / 10 * 10),
            state: step == 0 ? TrialState.Waiting : step == Evidence.Horizon ? TrialState.Completed : TrialState.Running);

    private static TrialEvidence Flat(double value) => Evidence.Trial(0, 1000, _ => value, state: TrialState.Completed);
}
