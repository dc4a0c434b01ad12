using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.History;

using AutoSelect.Selection.Replay;

namespace AutoSelect.Jobs.Replay;

/// <summary>What a simulated job is run under.</summary>
public sealed record SimulatedConditions
{
    public required Objective Objective { get; init; }
    public int Devices { get; init; } = 2;
    public double Confidence { get; init; } = 0.9;
    public ProbeBudget Probe { get; init; } = new();

    public long Seed { get; init; } = 1;

    /// <summary>Name of the candidate that would have been run anyway; null for the default one.</summary>
    public string? Baseline { get; init; }

    /// <summary>What is charged besides training and evaluating; default nothing.</summary>
    public SimulatedCosts Costs { get; init; } = new();

    /// <summary>Seconds after which the job is given up; the policy does not know.</summary>
    public double? StopAfterSeconds { get; init; }

    /// <summary>Finished curves the policy may learn from.</summary>
    public SelectionHistory History { get; init; } = SelectionHistory.Empty;

    /// <summary>
    /// Conditions for the curves of one problem. With a target, to reach it, without a deadline for the job: the budget bounds each
    /// run. Without, the best value by the budget or, where there is none, by the median length of a run.
    /// </summary>
    public static SimulatedConditions For(ImmutableArray<RecordedCurve> curves, int devices, ObjectiveKind? kind = null)
    {
        return new SimulatedConditions { Devices = devices, Objective = RecordedObjective.ForCurves(curves, kind) };
    }
}
