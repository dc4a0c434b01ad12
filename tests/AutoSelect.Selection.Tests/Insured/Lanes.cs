using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Insured;
using AutoSelect.Testing;

namespace AutoSelect.Selection.Tests.Insured;

/// <summary>What races with lanes beside the baseline's are given; trial 0 is the baseline.</summary>
internal static class Lanes
{
    public static readonly TrialId Baseline = TrialId.At(0);

    /// <summary>The decision of the policy, written to the test's output.</summary>
    public static SelectionOutcome Decided(SelectionInput input, ITestOutputHelper output)
    {
        var outcome = new InsuredPolicy().Decide(input);
        output.WriteLine(outcome.Summary);
        foreach (var d in outcome.Decisions) output.WriteLine($"  {d.Trial} {d.Kind}: {d.Reason}");
        return outcome;
    }

    public static SelectionInput Input(Objective objective, params IEnumerable<TrialEvidence> trials) =>
        Evidence.Input(objective, 1, trials) with { Baseline = Baseline, BaselineSeconds = 20 };

    public static TrialEvidence Waiting(int index) => Evidence.Trial(index, 0, _ => 0, state: TrialState.Waiting);

    public static TrialEvidence Training(int index, long step, double level) =>
        Evidence.Trial(index, step, Evidence.Rising(level, 0.02)) with { RunningTo = Evidence.Horizon };

    public static TrialEvidence Idle(int index, long step, double level) => Evidence.Trial(index, step, Evidence.Rising(level, 0.02));

    public static Commit CommitTo(int index) => new()
    {
        Winner = TrialId.At(index),
        Rung = 0,
        At = 1,
        Forecast = new InsuredPolicy().Decide(Input(Goals.FastestTo(0.9), Idle(0, 100, 0.8), Idle(1, 100, 0.8))).Forecasts[index],
        Reason = "",
    };
}
