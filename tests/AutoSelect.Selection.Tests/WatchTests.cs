using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Regret;

namespace AutoSelect.Selection.Tests;

public sealed class WatchTests
{
    private static readonly Func<double, double> Good = Evidence.Rising(0.9, 0.05);
    private readonly RegretPolicy policy = new();

    [Fact]
    public void A_winner_that_keeps_to_its_forecast_goes_on()
    {
        var outcome = Watch(Evidence.Trial(0, 400, Good, state: TrialState.Committed, noise: 0.002));
        Assert.Null(outcome.Winner);
        Assert.Equal((TrialId.At(0), DecisionKind.Continue), (outcome.Decisions[0].Trial, outcome.Decisions[0].Kind));
        Assert.InRange(outcome.NextStep[TrialId.At(0)], 480, 520);
        Assert.Equal(TrialId.At(1), outcome.RunnerUp);
        Assert.Equal(DecisionKind.Pause, outcome.Decisions[1].Kind);
    }

    [Fact]
    public void A_winner_that_collapses_is_replaced_by_the_runner_up()
    {
        var outcome = Watch(Evidence.Trial(0, 400, x => x < 0.3 ? Good(x) : 0.2, state: TrialState.Committed, noise: 0.002));
        Assert.Equal(TrialId.At(1), outcome.Winner);
        Assert.Equal(DecisionKind.Commit, outcome.Decisions.Single(d => d.Trial == TrialId.At(1)).Kind);
        Assert.Equal(DecisionKind.Pause, outcome.Decisions.Single(d => d.Trial == TrialId.At(0)).Kind);
        Assert.True(outcome.NextStep[TrialId.At(1)] > 200);
        Assert.Contains("Fall back", outcome.Summary);
    }

    [Fact]
    public void A_winner_that_is_a_little_worse_than_forecast_stays_when_the_runner_up_is_no_better()
    {
        var outcome = Watch(Evidence.Trial(0, 400, x => x < 0.3 ? Good(x) : 0.78, state: TrialState.Committed, noise: 0.002),
            runnerUp: Evidence.Rising(0.4));
        Assert.Null(outcome.Winner);
        Assert.Equal(TrialId.At(0), outcome.Decisions[0].Trial);
    }

    [Fact]
    public void Two_bad_points_do_not_call_the_fall_back()
    {
        var outcome = Watch(Evidence.Trial(0, 400, x => x < 0.385 ? Good(x) : 0.2, state: TrialState.Committed, noise: 0.002));
        Assert.Null(outcome.Winner);
    }

    [Theory]
    [InlineData(0.94, true)]
    [InlineData(0.80, false)]
    public void On_the_way_to_a_target_a_runner_up_that_will_be_there_much_sooner_takes_over(double saturation, bool overtaken)
    {
        // The winner levels off at its saturation; the runner-up's steep curve passes .88 soon.
        var winner = Evidence.Trial(0, 600, Evidence.Rising(overtaken ? 0.86 : 0.93, 0.05), state: TrialState.Committed, noise: 0.001);
        var other = Evidence.Trial(1, 300, Evidence.Rising(saturation, 0.02), state: TrialState.Paused, noise: 0.001);
        var input = Evidence.Input(Evidence.FastestTo(0.88), 5, winner, other);
        var forecast = policy.Decide(input).Forecasts[0];
        var commit = new Commit
        {
            Winner = TrialId.At(0),
            RunnerUp = TrialId.At(1),
            Rung = 2,
            At = 30,
            Forecast = forecast,
            Reason = "test",
        };

        var outcome = policy.Decide(input with { Commit = commit });

        Assert.Equal(overtaken ? TrialId.At(1) : null, outcome.Winner);
    }

    [Fact]
    public void A_failed_winner_is_replaced_without_a_decision_of_its_own()
    {
        var outcome = Watch(Evidence.Trial(0, 250, Good, state: TrialState.Failed));
        Assert.Equal(TrialId.At(1), outcome.Winner);
        Assert.Equal(TrialId.At(1), Assert.Single(outcome.Decisions).Trial);
        Assert.Null(outcome.RunnerUp);
    }

    [Fact]
    public void A_failed_winner_without_a_runner_up_leaves_nothing_to_decide()
    {
        var outcome = Watch(Evidence.Trial(0, 250, Good, state: TrialState.Failed), runnerUpState: TrialState.Stopped);
        Assert.Null(outcome.Winner);
        Assert.Empty(outcome.Decisions);
        Assert.False(outcome.Feasible);
    }

    private SelectionOutcome Watch(
        TrialEvidence winner, TrialState runnerUpState = TrialState.Paused, Func<double, double>? runnerUp = null)
    {
        var other = Evidence.Trial(1, 200, runnerUp ?? Evidence.Rising(0.85, 0.06), state: TrialState.Paused, noise: 0.002);
        var atCommit = Evidence.Input(Evidence.BestBy(400), 2, Evidence.Trial(0, 200, Good, noise: 0.002), other);
        var forecast = policy.Decide(atCommit).Forecasts[0];
        var commit = new Commit
        {
            Winner = TrialId.At(0),
            RunnerUp = TrialId.At(1),
            Rung = 2,
            At = 30,
            Forecast = forecast,
            Reason = "test",
        };
        var input = Evidence.Input(Evidence.BestBy(400), 4, winner, other with { State = runnerUpState });
        return policy.Decide(input with { Commit = commit, ElapsedSeconds = 60 });
    }
}
