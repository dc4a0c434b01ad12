using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Insured;
using AutoSelect.Testing;

namespace AutoSelect.Selection.Tests;

public sealed class RungSlicesTests
{
    [Theory]
    [InlineData(0, 2.2, 25)] // 27 steps are wanted; the last evaluation before is at 25, a quarter of the epoch
    [InlineData(0, 0.1, 12)] // one step is wanted, but two evaluations are the least: 10 and 12, an eighth of the epoch
    [InlineData(990, 5, 1000)] // never beyond the horizon
    [InlineData(900, 7.5, 1000)] // what would be left, 10 steps, is not worth a rung of its own
    public void A_slice_ends_at_an_evaluation(long step, double seconds, long expected)
    {
        var trial = Evidence.Trial(0, step, _ => 0.5);
        Assert.Equal(expected,
            new RungSlices(new EvaluationPolicy { PerEpoch = 10 }).NextStep(trial with { StepsPerEpoch = 100, Curve = [] }, seconds));
    }

    [Fact]
    public void A_target_out_of_reach_is_said_to_be_so_with_the_nearest_in_reach()
    {
        var trials = Enumerable.Range(0, 3).Select(i => Evidence.Trial(i, 300, Evidence.Rising(0.6, 0.01), noise: 0.001));
        var outcome = new InsuredPolicy().Decide(
            Evidence.Input(Goals.FastestTo(0.95), 2, trials) with { Baseline = TrialId.At(0) });
        Assert.False(outcome.Feasible);
        Assert.Contains("the target 0.95 is unlikely (0 %)", outcome.Summary);
        Assert.Contains("the best expected is 0.", outcome.Summary);
    }
}
