using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies.Regret;

/// <summary>The sentences and figures of decisions.</summary>
internal static class RungReasons
{
    public static Decision Continue(TrialView trial, double seconds, double gain, bool isFront, string unit) => DecisionOn(
        trial, DecisionKind.Continue,
        isFront
            ? $"{trial.Name} leads ({Chance(trial)}) and goes on for {Wording.Duration(seconds)}."
            : $"{trial.Name} goes on for {Wording.Duration(seconds)}: {Chance(trial)}, and having it in the race is worth "
                + $"{Wording.Amount(gain, unit)}.",
        ("sliceSeconds", seconds), ("gain", gain));

    public static Decision Wait(TrialEvidence trial) => new()
    {
        Trial = trial.Trial,
        Kind = DecisionKind.Pause,
        Reason = $"{trial.Candidate.Name} waits: earlier jobs make others more promising to begin with.",
        Numbers = ImmutableSortedDictionary<string, double>.Empty.Add("secondsPerStep", trial.StepTime.MedianSeconds),
    };

    public static Decision Pause(TrialView trial) => DecisionOn(
        trial, DecisionKind.Pause,
        $"{trial.Name} is paused at {Progress(trial)}: {Chance(trial)}, not worth its part of the next rung; it may come back.");

    public static Decision Stop(TrialView trial, string unit) => DecisionOn(
        trial, DecisionKind.Stop,
        $"{trial.Name} is given up at {Progress(trial)}: {Chance(trial)}, choosing it would lose {Wording.Amount(trial.Regret, unit)}.");

    public static Decision Commit(TrialView trial, string why) => DecisionOn(
        trial, DecisionKind.Commit, $"{trial.Name} is chosen at {Progress(trial)}: {why}.{Spread(trial.Evidence)}",
        trial.Evidence.Committed is { } run ? [("devices", run.Ranks), ("committedSecondsPerStep", run.StepTime.MedianSeconds),
            ("secondsPerStep", trial.Evidence.StepTime.MedianSeconds)]
            : []);

    public static Decision RunnerUp(TrialView trial, TrialView winner) => DecisionOn(
        trial, DecisionKind.Pause, $"{trial.Name} keeps its checkpoint as the fall-back for {winner.Name}: {Chance(trial)}.");

    public static Decision Watched(TrialView trial, double seconds, string why) => DecisionOn(
        trial, DecisionKind.Continue, $"{trial.Name} goes on for {Wording.Duration(seconds)}: {why}.", ("sliceSeconds", seconds));

    public static Decision Fallen(TrialView trial, string why) => DecisionOn(
        trial, DecisionKind.Pause, $"{trial.Name} gives up the lead: {why}.");

    public static string GoingOn(TrialView front, RungPortfolio plan, int rest, string? problem, string unit) => Join(
        $"{front.Name} leads with P(best) {Wording.Percent(front.ProbabilityOfBest)}; committing to it now is expected to lose "
        + $"{Wording.Amount(front.Regret, unit)}, "
        + $"a rung of {Wording.Count(plan.Chosen.Length, "trial")} costs {Wording.Amount(plan.Cost, unit)}"
        + (rest == 0 ? "." : $"; {Wording.Count(rest, "trial")} left out."), problem);

    public static string Committing(TrialView winner, TrialView? runnerUp, string why, string? problem, string unit) => Join(
        $"Commit to {winner.Name}: {why}. P(best) {Wording.Percent(winner.ProbabilityOfBest)}, expected regret "
        + $"{Wording.Amount(winner.Regret, unit)}, "
        + (runnerUp is null ? "no fall-back is left." : $"fall-back {runnerUp.Name}."), problem);

    public static string Join(string summary, string? problem) => problem is null ? summary : $"{summary} Not feasible: {problem}.";

    private static string Spread(TrialEvidence trial) => trial.Committed is not { } run ? ""
        : $" On {Wording.Count(run.Ranks, "device")} a step is forecast to take {Wording.StepTime(run.StepTime.MedianSeconds)} "
            + $"({Wording.StepTime(trial.StepTime.MedianSeconds)} {(trial.Step > 0 ? "measured" : "forecast")} on "
            + $"{(run.TriedOn == 1 ? "one" : run.TriedOn)}).";

    private static string Chance(TrialView trial) => $"best with {Wording.Percent(trial.ProbabilityOfBest)}";

    private static string Progress(TrialView trial) => $"{Wording.Percent(trial.Outlook.Progress)} of its horizon";

    private static Decision DecisionOn(
        TrialView trial, DecisionKind kind, string reason, params ReadOnlySpan<(string Name, double Value)> more)
    {
        var numbers = ImmutableSortedDictionary.CreateBuilder<string, double>();
        numbers["probabilityOfBest"] = trial.ProbabilityOfBest;
        numbers["expectedRegret"] = trial.Regret;
        numbers["progress"] = trial.Outlook.Progress;
        numbers["chargedSeconds"] = trial.Evidence.ChargedSeconds;
        foreach (var (name, value) in more) numbers[name] = value;
        return new Decision { Trial = trial.Id, Kind = kind, Reason = reason, Numbers = numbers.ToImmutable() };
    }
}
