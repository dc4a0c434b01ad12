using System.Collections.Immutable;
using AutoSelect.Jobs.Replay;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Policies.Comparison;
using AutoSelect.Selection.Replay;
using AutoSelect.Selection.Tests;

namespace AutoSelect.Jobs.Tests.Replay;

/// <summary>Simulated jobs over small recordings.</summary>
internal static class SimulatedRuns
{
    public static SimulatedConditions Conditions(int devices) => SimulatedConditions.For([Recordings.Curve("a", 1)], devices);

    public static SimulatedOutcome Run(ISelectionPolicy policy, int devices, params ImmutableArray<RecordedCurve> curves) =>
        SimulatedJob.Run(curves, policy, SimulatedConditions.For(curves, devices));
}

/// <summary>A policy made of a function.</summary>
internal sealed class FunctionPolicy(
    Func<SelectionInput, IEnumerable<(TrialEvidence Trial, double Share)>> choose, bool isAsynchronous = false) : ISelectionPolicy
{
    public string Name => "function";
    public DecisionTriggers Triggers => isAsynchronous ? DecisionTriggers.FreeLane : DecisionTriggers.None;
    public List<SelectionInput> Inputs { get; } = [];

    public static FunctionPolicy All() => new(i => i.Rung > 0 ? [] : i.Trials.Select(t => (t, 1.0)));

    public SelectionOutcome Decide(SelectionInput input)
    {
        Inputs.Add(input);
        return new ComparisonRound(input).GoOn(choose(input), "told so", null);
    }
}
