using AutoSelect.Contracts;
using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Regret;

namespace AutoSelect.Selection.Tests;

/// <summary>
/// A small batch of 1,000 steps and a large one of 200, with one curve over the run, chosen for two devices. On one device steps take
/// 80 and 600 ms; two compute them in half the time and exchange gradients at every step.
/// </summary>
public sealed class CommittedRunTests(ITestOutputHelper output)
{
    private const long Shrink = 5;
    private readonly RegretPolicy policy = new();

    [Theory]
    [InlineData(.005, 0)] // a fast network: 45 s against 61 s
    [InlineData(.4, 1)]   // a slow one: 440 s against 140 s
    public void The_network_of_the_committed_run_decides_between_small_and_large_batches(double exchange, int chosen)
    {
        var outcome = policy.Decide(Input(0.08 / 2 + exchange, 0.6 / 2 + exchange));
        output.WriteLine(outcome.Summary);
        Assert.Equal(TrialId.At(chosen), outcome.Winner);
        var reason = outcome.Decisions.Single(d => d.Kind == DecisionKind.Commit);
        var step = (chosen == 0 ? 0.08 : 0.6) / 2 + exchange;
        Assert.EndsWith(
            $" On 2 devices a step is forecast to take {Wording.StepTime(step)} ({(chosen == 0 ? 80 : 600)} ms measured on one).",
            reason.Reason, StringComparison.Ordinal);
        Assert.Equal((2, step), (reason.Numbers["devices"], reason.Numbers["committedSecondsPerStep"]));
        Assert.Equal(step, outcome.Forecasts.Single(f => f.Trial == outcome.Winner).SecondsPerStep);
    }

    [Fact]
    public void A_committed_run_that_is_no_other_changes_no_figure()
    {
        var (without, with) = (policy.Decide(Input(null, null)), policy.Decide(Input(0.08, 0.6)));
        Assert.Equal(without.Forecasts.Select(f => (f.FinalAtSeconds, f.ExpectedRegret, f.ProbabilityOfBest, f.SecondsToTarget)),
            with.Forecasts.Select(f => (f.FinalAtSeconds, f.ExpectedRegret, f.ProbabilityOfBest, f.SecondsToTarget)));
        Assert.Equal(without.NextStep, with.NextStep);
    }

    [Theory]
    [InlineData(.04, .5, .04, .5)]
    [InlineData(null, .5, .08, .05)]
    public void Samples_of_what_remains_have_the_pace_and_the_spread_of_the_committed_run(
        double? step, double spread, double median, double deviation)
    {
        var input = Input(step, null, spread);
        var logs = new OutlookSampler(input).Draw(input.Trials)[0]!.SecondsPerStep.Select(s => Math.Log(s)).ToArray();
        Assert.InRange(Math.Exp(logs.Average()), 0.9 * median, 1.1 * median);
        Assert.InRange(Math.Sqrt(logs.Average(l => l * l) - logs.Average() * logs.Average()), 0.85 * deviation, 1.15 * deviation);
    }

    [Fact]
    public void The_cost_of_probing_stays_that_of_the_devices_it_runs_on()
    {
        var waiting = Input(null, null).Trials.Select(
            t => t with { State = TrialState.Waiting, Curve = [], Step = 0, ChargedSeconds = 0 }).ToArray();
        var slow = waiting.Select(
            t => t with { Committed = new CommittedRun(2, 1, t.StepTime with { MedianSeconds = 100 * t.StepTime.MedianSeconds }) });
        Assert.Equal(policy.Decide(Evidence.Input(Evidence.FastestTo(0.9), 0, waiting)).NextStep,
            policy.Decide(Evidence.Input(Evidence.FastestTo(0.9), 0, slow)).NextStep);
    }

    private static SelectionInput Input(double? small, double? large, double spread = 0.05)
    {
        var (few, many) = (Evidence.Trial(0, 500, Evidence.Rising(0.93)), Evidence.Trial(1, 500, Evidence.Rising(0.93)));
        var shrunk = many with
        {
            Curve = [.. many.Curve.Select(p => p with { Step = p.Step / Shrink, DeviceSeconds = p.Step / Shrink * 0.6 })],
            HorizonSteps = many.HorizonSteps / Shrink,
            StepsPerEpoch = many.StepsPerEpoch / Shrink,
            Step = many.Step / Shrink,
            StepTime = new StepTimeForecast(0.6, 0.05, 0),
        };
        return Evidence.Input(Evidence.FastestTo(0.87), 2, Going(few, small, spread), Going(shrunk, large, spread)) with
        {
            Confidence = 0.5,
        };
    }

    private static TrialEvidence Going(TrialEvidence trial, double? step, double spread) =>
        step is { } seconds ? trial with { Committed = new CommittedRun(2, 1, new StepTimeForecast(seconds, spread, 0)) } : trial;
}
