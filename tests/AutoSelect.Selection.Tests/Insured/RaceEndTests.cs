using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Insured;
using AutoSelect.Testing;

namespace AutoSelect.Selection.Tests.Insured;

/// <summary>When a race is over; trial 0 is the baseline, which has come to its end, and trial 1 is hopeless beside it.</summary>
public sealed class RaceEndTests
{
    private static readonly TrialId Hopeless = TrialId.At(1);

    public static TheoryData<Objective> Objectives { get; } =
    [
        Goals.BestBy(1000),
        new Objective { Kind = ObjectiveKind.Tradeoff, Metric = "accuracy", Direction = Direction.Maximize, SecondsPerUnit = .01 },
    ];

    [Theory, MemberData(nameof(Objectives))]
    public void It_is_over_when_nobody_is_likely_to_become_better(Objective objective)
    {
        var outcome = new InsuredPolicy().Decide(Input(objective));
        Assert.Contains("The race is over", outcome.Summary);
        Assert.Empty(outcome.NextStep);
    }

    [Theory, MemberData(nameof(Objectives))]
    public void It_goes_on_for_whom_somebody_asked_for(Objective objective)
    {
        var forecast = new InsuredPolicy().Decide(Input(objective)).Forecasts.First(f => f.Trial == Hopeless);
        var asked = Input(objective) with
        {
            Commit = new Commit { Winner = Hopeless, Rung = 0, At = 1, Forecast = forecast, Reason = "I know it" },
            IsCommitAskedFor = true,
        };
        var outcome = new InsuredPolicy().Decide(asked);
        Assert.Equal([Hopeless], outcome.NextStep.Keys);
        Assert.Null(outcome.Winner);

        var ended = asked.Trials[1] with { Step = Evidence.Horizon };
        Assert.Contains("The race is over", new InsuredPolicy().Decide(asked with { Trials = [asked.Trials[0], ended] }).Summary);
    }

    private static SelectionInput Input(Objective objective) => Evidence.Input(
        objective, 1,
        Evidence.Trial(0, Evidence.Horizon, Evidence.Rising(.95, .02), state: TrialState.Completed),
        Evidence.Trial(1, 500, Evidence.Rising(.4, .02))) with
    {
        Baseline = TrialId.At(0),
        BaselineSeconds = 20,
    };
}
