using AutoSelect.Contracts;
using AutoSelect.Selection.Policies.Regret;

namespace AutoSelect.Selection.Tests;

public sealed class RungArithmeticTests
{
    [Theory]
    [InlineData(1, 12)]
    [InlineData(2, 7)]
    [InlineData(3, 5)]
    [InlineData(0, 12)]
    public void Slices_run_in_order_each_on_the_device_that_is_free_first(int devices, double expected) =>
        // Two devices: 3 and 5 start, 4 follows the 3 and ends at 7.
        Assert.Equal(expected, RungSlices.Makespan([(3, 1), (5, 1), (4, 1)], devices));

    [Theory]
    [InlineData(2, 15)]
    [InlineData(3, 9)]
    [InlineData(4, 8)]
    [InlineData(1, 15)]
    public void A_slice_of_several_ranks_waits_until_as_many_devices_are_free(int devices, double expected) =>
        // Three devices: 3 on one and 4 on two start, and 5 on two waits for one of them.
        Assert.Equal(expected, RungSlices.Makespan([(3, 1), (4, 2), (5, 2), (3, 1)], devices));

    [Theory]
    [InlineData(0.5, 60, 60)]
    [InlineData(0.75, 60, 180)]
    [InlineData(0.2, 60, 15)]
    [InlineData(0, 60, 0)]
    [InlineData(1, 60, double.PositiveInfinity)]
    public void The_allowance_is_s_over_1_minus_s_of_the_winners_time(double share, double winner, double expected) =>
        Assert.Equal(expected, ProbeAccount.Allowance(share, winner), 1e-9);

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
    public void Slow_trials_that_cannot_make_the_deadline_do_not_start()
    {
        var trials = new[] { Evidence.Trial(0, 0, _ => 0, 0.05, TrialState.Waiting), Evidence.Trial(1, 0, _ => 0, 50, TrialState.Waiting) };
        var outcome = new RegretPolicy().Decide(Evidence.Input(Evidence.BestBy(60), 0, trials));
        Assert.Equal([DecisionKind.Continue, DecisionKind.Stop], outcome.Decisions.Select(d => d.Kind));
        Assert.Contains("cannot make the deadline", outcome.Summary);
    }

    [Fact]
    public void A_trial_that_has_the_target_is_committed_to_at_once()
    {
        var trials = new[]
        {
            Evidence.Trial(0, 100, Evidence.Rising(0.5)),
            Evidence.Trial(1, 100, Evidence.Rising(0.99, 0.001)),
            Evidence.Trial(2, 100, Evidence.Rising(0.7)),
        };
        Assert.Equal(TrialId.At(1), new RegretPolicy().Decide(Evidence.Input(Evidence.FastestTo(0.95), 1, trials)).Winner);
    }

    [Fact]
    public void A_target_out_of_reach_is_said_to_be_so_with_the_nearest_in_reach()
    {
        var trials = Enumerable.Range(0, 3).Select(i => Evidence.Trial(i, 300, Evidence.Rising(0.6, 0.01), noise: 0.001));
        var outcome = new RegretPolicy().Decide(Evidence.Input(Evidence.FastestTo(0.95), 2, trials));
        Assert.False(outcome.Feasible);
        Assert.Contains("the target 0.95 is unlikely (0 %)", outcome.Summary);
        Assert.Contains("the best expected is 0.", outcome.Summary);
    }
}
