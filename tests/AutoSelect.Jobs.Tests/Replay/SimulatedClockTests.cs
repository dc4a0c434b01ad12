using AutoSelect.Jobs.Replay;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Tests;

namespace AutoSelect.Jobs.Tests.Replay;

public sealed class SimulatedClockTests
{
    [Theory]
    [InlineData(1, 80, 80, 50)] // b runs for 50 and then a reaches the target after 30
    [InlineData(2, 30, 60, 30)] // both run; b is charged until a is there
    public void What_the_others_did_until_the_target_is_charged(int devices, double seconds, double device, double probe)
    {
        var outcome = SimulatedRuns.Run(
            FunctionPolicy.All(), devices, Recordings.Curve("b", 5, 4, 3, 2.5, 2.4), Recordings.Reaching("a", 30));
        Assert.Equal((seconds, device, probe), (outcome.SecondsToTarget, outcome.DeviceSeconds, outcome.ProbeSeconds));
        Assert.Equal("a", outcome.Winner);
    }

    [Fact]
    public void An_asynchronous_policy_decides_while_others_train_and_sees_their_points_so_far()
    {
        var policy = new FunctionPolicy(
            i => i.Trials.Where(t => t.RunningTo is null && JobOutlook.IsAlive(t) && t.Step == 0)
                .Take(i.Rung == 0 ? 2 : 1).Select(t => (t, 1.0)), isAsynchronous: true);
        var outcome = SimulatedRuns.Run(
            policy, 2, Recordings.Curve("short", 5, 4), Recordings.Curve("long", 5, 4, 3, 2, 1.5), Recordings.Curve("next", 5, 4, 3));
        var second = policy.Inputs[1];
        Assert.Equal(
            (20, 100L, 20L, 2), (second.ElapsedSeconds, second.Trials[1].RunningTo, second.Trials[1].Step, second.Trials[1].Curve.Length));
        Assert.Equal((50, 100), (outcome.WallSeconds, outcome.DeviceSeconds));
    }

    [Fact]
    public void Rungs_wait_for_all_trials()
    {
        var policy = FunctionPolicy.All();
        SimulatedRuns.Run(policy, 3, Recordings.Curve("short", 5, 4), Recordings.Curve("long", 5, 4, 3, 2, 1.5));
        Assert.Equal([0, 50], policy.Inputs.Select(i => i.ElapsedSeconds));
    }

    [Fact]
    public void The_horizon_is_the_one_announced_and_not_the_recorded_length()
    {
        var policy = FunctionPolicy.All();
        SimulatedRuns.Run(
            policy, 1, Recordings.Reaching("a", 30), Recordings.Curve("hinted", 5) with { BudgetSeconds = null, StepHint = 70 });
        Assert.Equal([100, 70], policy.Inputs[0].Trials.Select(t => t.HorizonSteps));
    }

    [Fact]
    public void A_target_after_the_budget_is_a_miss()
    {
        var outcome = SimulatedRuns.Run(FunctionPolicy.All(), 1, Recordings.Reaching("a", 60) with { BudgetSeconds = 55 });
        Assert.Null(outcome.SecondsToTarget);
        Assert.Equal(55, outcome.DeviceSeconds);
        Assert.Null(outcome.Reference.OracleSeconds);
    }

    [Fact]
    public void A_job_that_is_given_up_is_charged_until_then()
    {
        var outcome = SimulatedJob.Run(
            [Recordings.Reaching("a", 60)], FunctionPolicy.All(), SimulatedRuns.Conditions(1) with { StopAfterSeconds = 25 });
        Assert.Equal((null, 25, 25), (outcome.SecondsToTarget, outcome.WallSeconds, outcome.DeviceSeconds));
        Assert.Equal(4.8, outcome.Value!.Value, 1e-12);
    }

    [Fact]
    public void Trials_that_count_steps_in_units_of_their_own_have_evaluations_of_their_own()
    {
        var policy = FunctionPolicy.All();
        var fine = Recordings.Reaching("fine", 30);
        SimulatedRuns.Run(policy, 1, fine, fine with { Candidate = "coarse", Steps = [1, 2, 3] });
        var input = policy.Inputs[0];
        Assert.Equal([10, 1], input.Trials.Select(t => t.StepsPerEpoch / input.Evaluation.PerEpoch));
        Assert.Equal([100, 10], input.Trials.Select(t => t.HorizonSteps));
    }
}
