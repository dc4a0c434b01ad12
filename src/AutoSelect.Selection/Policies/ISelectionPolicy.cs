using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.History;

namespace AutoSelect.Selection.Policies;

/// <summary>
/// Decides what becomes of the trials of a job. A pure function of its input: no clock, no I/O, no state, random numbers only
/// from the input's seed. A crash repeats it and gets the same answer; a replay of recorded curves runs the same code.
/// </summary>
public interface ISelectionPolicy
{
    /// <summary>Name in job files.</summary>
    string Name { get; }

    /// <summary>True when trials run on to their horizons even after one has reached the target.</summary>
    bool RunsTrialsToTheirHorizons => false;

    /// <summary>
    /// When a decision is due besides the end of a rung, at which all trials have come to the steps that they were sent to.
    /// </summary>
    DecisionTriggers Triggers => DecisionTriggers.None;

    /// <summary>
    /// True when lane 0 is the baseline's, on the devices that a committed run has, and the other devices are borrowed for challengers.
    /// </summary>
    bool InsuresBaseline => false;

    /// <summary>Changes whenever the same input may lead to another outcome, so that stored decisions are not taken for wrong.</summary>
    int Version => 1;

    SelectionOutcome Decide(SelectionInput input);
}

/// <summary>What is known of a job when a rung is complete.</summary>
public sealed record SelectionInput
{
    public required Objective Objective { get; init; }

    /// <summary>0.5 to 0.999.</summary>
    public required double Confidence { get; init; }

    public required ProbeBudget Probe { get; init; }

    /// <summary>Counted from 0; rung 0 has no points yet and asks how to begin.</summary>
    public required int Rung { get; init; }

    /// <summary>Seconds of wall clock since the job's start.</summary>
    public required double ElapsedSeconds { get; init; }

    /// <summary>Devices at hand.</summary>
    public required int Devices { get; init; }

    public required ImmutableArray<TrialEvidence> Trials { get; init; }

    /// <summary>Set while a committed run is watched: the commit in force.</summary>
    public Commit? Commit { get; init; }

    /// <summary>True where somebody asked for that commit: it stands for as long as its trial can go on.</summary>
    public bool IsCommitAskedFor { get; init; }

    public required long Seed { get; init; }

    public required EvaluationPolicy Evaluation { get; init; }

    /// <summary>The workload as recordings name it; runs of the same workload in the history teach the most.</summary>
    public string Workload { get; init; } = "";

    /// <summary>Finished curves of earlier jobs; default none.</summary>
    public SelectionHistory History { get; init; } = SelectionHistory.Empty;

    /// <summary>The trial of what would have been run anyway; null where the job names none.</summary>
    public TrialId? Baseline { get; init; }

    /// <summary>Most devices of a committed run; lane 0 is as wide (<see cref="CommitResources.Devices"/>).</summary>
    public int CommitDevices { get; init; } = 1;

    /// <summary>Seconds of the job's clock in which the baseline has been on devices.</summary>
    public double BaselineSeconds { get; init; }

    /// <summary>
    /// Seconds of the job's clock, since anything trained, in which the baseline did not: what its insurance has been debited.
    /// </summary>
    public double BaselineIdleSeconds { get; init; }
}

/// <summary>When a policy wants to decide besides the end of a rung.</summary>
[Flags]
public enum DecisionTriggers
{
    None = 0,

    /// <summary>A device has nothing to do while other trials are training (<see cref="TrialEvidence.RunningTo"/>).</summary>
    FreeLane = 1,

    /// <summary>A running trial has a new point.</summary>
    Evaluation = 2,

    /// <summary>The job holds more or fewer devices than the last decision reckoned with.</summary>
    Leases = 4,
}

/// <summary>One trial as a policy sees it.</summary>
public sealed record TrialEvidence
{
    public required TrialId Trial { get; init; }
    public required Candidate Candidate { get; init; }
    public required TrialState State { get; init; }

    /// <summary>Points up to the rung's horizon.</summary>
    public required ImmutableArray<CurvePoint> Curve { get; init; }

    public required long HorizonSteps { get; init; }
    public required long StepsPerEpoch { get; init; }

    /// <summary>Step-time posterior; from the performance model before anything was measured.</summary>
    public required StepTimeForecast StepTime { get; init; }

    /// <summary>How the run would go on after a commit; null where as it does now.</summary>
    public CommittedRun? Committed { get; init; }

    /// <summary>Speed of the committed run over the trial's own; 1 where they run alike.</summary>
    public double CommitSpeed => Committed is { } run ? StepTime.MedianSeconds / run.StepTime.MedianSeconds : 1;

    /// <summary>Seconds charged so far.</summary>
    public required double ChargedSeconds { get; init; }

    /// <summary>Steps done.</summary>
    public required long Step { get; init; }

    /// <summary>
    /// False while a trial that continues another has no measured value of its own, and the other's say nothing about it.
    /// </summary>
    public bool IsTried => Candidate.Continues?.IsTriedBy(Curve, HorizonSteps) ?? true;

    /// <summary>Step to which the trial is training at this moment; null when it is not on a device.</summary>
    public long? RunningTo { get; init; }

    /// <summary>The trial at the pace of its committed run, by which all that comes after a commit is reckoned.</summary>
    public TrialEvidence AsCommitted() => Committed is { } run ? this with { StepTime = run.StepTime, Committed = null } : this;
}

/// <summary>What a policy decided: the desired state of the job until the next decision.</summary>
public sealed record SelectionOutcome
{
    /// <summary>One per trial that is alive.</summary>
    public required ImmutableArray<Decision> Decisions { get; init; }

    public ImmutableArray<Forecast> Forecasts { get; init; } = [];

    /// <summary>
    /// Step up to which each continued trial trains before the next decision, also the committed one; devices are given in the order of the
    /// decisions.
    /// </summary>
    public required ImmutableSortedDictionary<TrialId, long> NextStep { get; init; }

    /// <summary>Set when the outcome commits, or falls back.</summary>
    public TrialId? Winner { get; init; }

    /// <summary>
    /// True where the winner follows a commit that has left its forecast or cannot go on; false where it is only better than that one.
    /// </summary>
    public bool FallsBack { get; init; }

    /// <summary>The trial whose checkpoint is kept for a fall-back.</summary>
    public TrialId? RunnerUp { get; init; }

    /// <summary>What the best of those that get devices is expected to take off the job's loss; 0 where nobody does.</summary>
    public double ExpectedSaving { get; init; }

    /// <summary>What those devices are worth until the race is decided.</summary>
    public double PriceOfSaving { get; init; }

    /// <summary>Unit of saving and price: "s" or the metric's name.</summary>
    public required string Unit { get; init; }

    /// <summary>Seconds of the job's clock at which to ask again, whatever has happened by then; null for none.</summary>
    public double? DecideAgainAt { get; init; }

    /// <summary>Devices that it has a use for; null for one a rank of each trial that it sends.</summary>
    public int? Devices { get; init; }

    public required string Summary { get; init; }
    public bool Feasible { get; init; } = true;
}
