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

    /// <summary>When each of the first devices is there; the others always are.</summary>
    public ImmutableArray<SimulatedPresence> Presences { get; init; } = [];

    /// <summary>Most devices of a committed run, and of lane 0; default 1. A recorded run keeps its pace on however many it has.</summary>
    public int CommitDevices { get; init; } = 1;

    /// <summary>Ranks by candidate's name; those left out have 1.</summary>
    public ImmutableSortedDictionary<string, int> Ranks { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>Seconds for which a trial short of ranks waits for more devices; default 5.</summary>
    public double JoinSeconds { get; init; } = 5;

    public double Confidence { get; init; } = 0.9;
    public ProbeBudget Probe { get; init; } = new();

    public long Seed { get; init; } = 1;

    /// <summary>Name of the candidate that would have been run anyway; null for the default one.</summary>
    public string? Baseline { get; init; }

    /// <summary>What is charged besides training and evaluating; default nothing.</summary>
    public SimulatedCosts Costs { get; init; } = new();

    /// <summary>Seconds after which the job is given up; the policy does not know.</summary>
    public double? StopAfterSeconds { get; init; }

    /// <summary>
    /// Asked after each decision, and whenever something was measured, whether whoever submitted the job gives it up; null for never.
    /// </summary>
    public Func<JobRecord, bool>? IsGivenUp { get; init; }

    /// <summary>Finished curves the policy may learn from.</summary>
    public SelectionHistory History { get; init; } = SelectionHistory.Empty;

    /// <summary>True while a device is there.</summary>
    /// <param name="device">Counted from 0.</param>
    /// <param name="now">Seconds of the job's clock.</param>
    public bool IsThere(int device, double now) => device >= Presences.Length || Presences[device].Has(now);

    /// <summary>
    /// Conditions for the curves of one problem. With a target, to reach it, without a deadline for the job: the budget bounds each
    /// run. Without, the best value by the budget or, where there is none, by the median length of a run.
    /// </summary>
    public static SimulatedConditions For(ImmutableArray<RecordedCurve> curves, int devices, ObjectiveKind? kind = null)
    {
        return new SimulatedConditions { Devices = devices, Objective = RecordedObjective.ForCurves(curves, kind) };
    }
}
