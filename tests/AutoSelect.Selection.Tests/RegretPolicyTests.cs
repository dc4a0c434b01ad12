using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Regret;

namespace AutoSelect.Selection.Tests;

public sealed class RegretPolicyTests(ITestOutputHelper output)
{
    private readonly RegretPolicy policy = new();

    [Fact]
    public void The_first_rung_starts_every_candidate_with_about_equal_device_time()
    {
        var trials = Enumerable.Range(0, 12).Select(i => Evidence.Trial(i, 0, _ => 0, 0.04 + 0.01 * i, TrialState.Waiting));
        var input = Evidence.Input(Evidence.FastestTo(0.9), 0, trials);
        var outcome = policy.Decide(input);
        Assert.Equal(12, outcome.Decisions.Length);
        Assert.All(outcome.Decisions, d => Assert.Equal(DecisionKind.Continue, d.Kind));
        var seconds = input.Trials.Select(t => outcome.NextStep[t.Trial] * t.StepTime.MedianSeconds).ToArray();
        output.WriteLine(outcome.Summary + " " + string.Join(" ", seconds.Select(s => s.ToString("0.0"))));
        Assert.InRange(seconds.Max() / seconds.Min(), 1, 1.6);
        Assert.InRange(seconds.Min(), 2, 6);
    }

    [Fact]
    public void A_clearly_better_curve_is_committed_to()
    {
        var outcome = policy.Decide(Evidence.Input(
            Evidence.FastestTo(0.9), 2, Evidence.Trial(0, 200, Evidence.Rising(0.93, 0.01), noise: 0.002),
            Evidence.Trial(1, 200, Evidence.Rising(0.7), noise: 0.002), Evidence.Trial(2, 200, Evidence.Rising(0.6), noise: 0.002)));
        Print(outcome);
        Assert.Equal(TrialId.At(0), outcome.Winner);
        Assert.Equal(DecisionKind.Commit, outcome.Decisions[0].Kind);
        Assert.NotNull(outcome.RunnerUp);
        Assert.True(outcome.NextStep[TrialId.At(0)] > 200);
    }

    [Fact]
    public void Curves_that_differ_by_noise_alone_keep_the_hedge()
    {
        var outcome = policy.Decide(Evidence.Input(
            Evidence.FastestTo(0.9), 1,
            Enumerable.Range(0, 6).Select(i => Evidence.Trial(i, 50, Evidence.Rising(0.95, 0.05), noise: 0.01))));
        Print(outcome);
        Assert.Null(outcome.Winner);
        Assert.True(outcome.Decisions.Count(d => d.Kind == DecisionKind.Continue) >= 2);
        Assert.DoesNotContain(outcome.Decisions, d => d.Kind == DecisionKind.Stop);
    }

    private void Print(SelectionOutcome outcome)
    {
        output.WriteLine(outcome.Summary);
        foreach (var d in outcome.Decisions) output.WriteLine($"  {d.Trial} {d.Kind}: {d.Reason}");
        foreach (var f in outcome.Forecasts)
            output.WriteLine(
                $"  {f.Trial} final {f.FinalValue.P05:0.000} {f.FinalValue.P50:0.000} {f.FinalValue.P95:0.000} hit "
                + $"{f.ProbabilityOfTarget:0.00} in {f.SecondsToTarget?.P50:0.0} "
                + $"[{string.Join(" ", f.Families.Select(p => $"{p.Key} {p.Value:0.00}"))}]");
    }
}
