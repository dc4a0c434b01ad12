using System.Collections.Immutable;

namespace AutoSelect.Contracts;

[JsonStringEnum]
public enum DecisionKind
{
    /// <summary>Train on to the next rung; keeps its checkpoint and gets a lease.</summary>
    Continue,

    /// <summary>Give the lease back, keep the checkpoint.</summary>
    Pause,

    /// <summary>Give the lease back; the checkpoint is removed.</summary>
    Stop,

    /// <summary>The winner: keeps its lease and goes on to the end.</summary>
    Commit,
}

/// <summary>What becomes of one trial, and why, with the numbers that the reason rests on.</summary>
public sealed record Decision
{
    public required TrialId Trial { get; init; }
    public required DecisionKind Kind { get; init; }

    /// <summary>One sentence for people; its figures stand in <see cref="Numbers"/> too.</summary>
    public required string Reason { get; init; }

    public ImmutableSortedDictionary<string, double> Numbers { get; init; } = ImmutableSortedDictionary<string, double>.Empty;
}

/// <summary>All that was known and decided at one rung; stored in one write.</summary>
public sealed record RungRecord
{
    /// <summary>Counted from 0.</summary>
    public required int Rung { get; init; }

    /// <summary>Seconds since the job's start.</summary>
    public required double DecidedAt { get; init; }

    public required ImmutableArray<Forecast> Forecasts { get; init; }
    public required ImmutableArray<Decision> Decisions { get; init; }

    /// <summary>Unit of saving and price: "s", or the metric's name.</summary>
    public required string Unit { get; init; }

    /// <summary>What the best of those that were given devices is expected to take off the job's loss; 0 where nobody was.</summary>
    public double ExpectedSaving { get; init; }

    /// <summary>What those devices are worth until the race is decided.</summary>
    public double PriceOfSaving { get; init; }

    /// <summary>Device seconds (training, evaluation, overhead) spent by all trials so far.</summary>
    public required double SpentDeviceSeconds { get; init; }

    /// <summary>
    /// What the rung as a whole decided, for people; says too when the objective is infeasible, with the nearest feasible one.
    /// </summary>
    public required string Summary { get; init; }

    /// <summary>False when no trial is likely to meet the objective.</summary>
    public bool Feasible { get; init; } = true;

    /// <summary>Last step each trial had when it was decided; a replay of the decision reads no point beyond it.</summary>
    public ImmutableSortedDictionary<string, long> Horizon { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>
    /// The desired state: step up to which each trial that is to train does so, by trial. Who is not in it does not train.
    /// </summary>
    public ImmutableSortedDictionary<string, long> NextStep { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>
    /// What it was computed from; null where a rule of the job decided: the target was reached, the deadline came, somebody asked.
    /// </summary>
    public DecisionBasis? Basis { get; init; }

    /// <summary>
    /// Seconds of the job's clock at which the policy wants to be asked again, whatever has happened by then; null for none.
    /// </summary>
    public double? DecideAgainAt { get; init; }

    /// <summary>Most devices that the policy has a use for; null leaves it to the job's limits.</summary>
    public int? Devices { get; init; }
}

/// <summary>The single durable write that names the winner and its evidence.</summary>
public sealed record Commit
{
    public required TrialId Winner { get; init; }

    /// <summary>Whose checkpoint is kept for a fall-back; null when none is left.</summary>
    public TrialId? RunnerUp { get; init; }

    /// <summary>The rung whose record holds the evidence.</summary>
    public required int Rung { get; init; }

    /// <summary>Seconds since the job's start.</summary>
    public required double At { get; init; }

    /// <summary>The forecast the committed run is watched against.</summary>
    public required Forecast Forecast { get; init; }

    /// <summary>
    /// True when this commit replaced one whose trial left its forecast or could not go on; false when its winner was only better.
    /// </summary>
    public bool IsFallback { get; init; }

    public required string Reason { get; init; }
}
