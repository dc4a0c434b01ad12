using System.Collections.Immutable;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Comparison;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Selection.Tests;

/// <summary>Small recordings of a loss, with one second a step and a point every 10 steps.</summary>
internal static class Recordings
{
    public const double Target = 1;

    /// <summary>A run that has these losses at 10, 20, … seconds.</summary>
    public static RecordedCurve Curve(string candidate, params double[] losses) => new()
    {
        Suite = "small",
        Workload = "w",
        Family = "f",
        Problem = "p",
        Candidate = candidate,
        Algorithm = candidate.Split('/')[0],
        Metric = "loss",
        Target = Target,
        BudgetSeconds = 100,
        Steps = [.. losses.Select((_, i) => 10L * (i + 1))],
        Seconds = [.. losses.Select((_, i) => 10.0 * (i + 1))],
        Values = [.. losses.Select(l => (double?)l)],
    };

    /// <summary>A run that reaches the target after these seconds, a multiple of 10; never when 0.</summary>
    public static RecordedCurve Reaching(string candidate, int seconds) =>
        Curve(
            candidate, [.. Enumerable.Range(1, seconds == 0 ? 10 : seconds / 10).Select(i => seconds == i * 10 ? Target : 5.0 - i * 0.1)]);

    public static SimulatedConditions Conditions(int devices) => SimulatedConditions.For([Curve("a", 1)], devices);

    public static SimulatedOutcome Run(ISelectionPolicy policy, int devices, params ImmutableArray<RecordedCurve> curves) =>
        SimulatedJob.Run(curves, policy, SimulatedConditions.For(curves, devices));
}

/// <summary>A policy made of a function.</summary>
internal sealed class FunctionPolicy(
    Func<SelectionInput, IEnumerable<(TrialEvidence Trial, double Share)>> choose, bool isAsynchronous = false) : ISelectionPolicy
{
    public string Name => "function";
    public bool DecidesWhenADeviceIsFree => isAsynchronous;
    public List<SelectionInput> Inputs { get; } = [];

    public static FunctionPolicy All() => new(i => i.Rung > 0 ? [] : i.Trials.Select(t => (t, 1.0)));

    public SelectionOutcome Decide(SelectionInput input)
    {
        Inputs.Add(input);
        return new ComparisonRound(input).GoOn(choose(input), "told so", null);
    }
}
