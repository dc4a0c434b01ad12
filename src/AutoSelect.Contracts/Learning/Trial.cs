using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace AutoSelect.Contracts;

[JsonStringEnum]
public enum TrialState
{
    /// <summary>Not started.</summary>
    Waiting,
    Running,

    /// <summary>Holds a checkpoint and may go on.</summary>
    Paused,

    /// <summary>Given up by a decision; its checkpoint is removed.</summary>
    Stopped,

    /// <summary>Diverged, out of memory or crashed; see <see cref="Trial.Reason"/>.</summary>
    Failed,

    /// <summary>The winner, going on.</summary>
    Committed,

    /// <summary>Reached the target or its horizon, or was the winner when the deadline came.</summary>
    Completed,
}

/// <summary>One run of a candidate in a job.</summary>
public sealed record Trial
{
    public required TrialId Id { get; init; }
    public required Candidate Candidate { get; init; }
    public required TrialState State { get; init; }

    /// <summary>Why the trial is in its state, for people.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Points in order of step.</summary>
    public ImmutableArray<CurvePoint> Curve { get; init; } = [];

    public ImmutableArray<Segment> Segments { get; init; } = [];

    /// <summary>Where the trial would go on.</summary>
    public Checkpoint? Checkpoint { get; init; }

    /// <summary>Measured step time of the latest segment that had one.</summary>
    public StepTime? StepTime { get; init; }

    /// <summary>Steps at which the candidate's schedule ends.</summary>
    public required long HorizonSteps { get; init; }

    /// <summary>How often the trial's device was lost and the trial started again from its checkpoint.</summary>
    public int Restarts { get; init; }

    /// <summary>Device seconds of the first point of its own that reaches the objective's target; null while none does.</summary>
    public double? ReachedTargetAt { get; init; }

    /// <summary>Step of that point: the target is had once a checkpoint is there.</summary>
    public long? ReachedTargetStep { get; init; }

    /// <summary>When that was known, in seconds of the job's clock: since then its segment is told to end.</summary>
    public double? ReachedTargetSince { get; init; }

    /// <summary>True while the trial can still win.</summary>
    public bool IsAlive => State is TrialState.Waiting or TrialState.Running or TrialState.Paused or TrialState.Committed;

    /// <summary>
    /// False while a trial that continues another has no measured value of its own, and the other's say nothing about it.
    /// </summary>
    public bool IsTried => Candidate.Continues?.IsTriedBy(Curve, HorizonSteps) ?? true;

    /// <summary>
    /// Seconds of its predecessors' that the trial's curve begins with and that are charged to them; 0 for a trial of its own.
    /// </summary>
    public double InheritedSeconds
    {
        get
        {
            var step = Candidate.Continues?.StepOf(HorizonSteps) ?? 0;
            return Curve.LastOrDefault(p => p.Step <= step) is { } last ? last.DeviceSeconds + last.EvaluationSeconds + last.OverheadSeconds
                : 0;
        }
    }

    /// <summary>
    /// Device seconds charged to the trial over all segments: training, evaluation and overhead, on every device that took part.
    /// </summary>
    public double ChargedSeconds => Segments.Sum(s => s.ChargedSeconds);

    /// <summary>Devices that the trial trained on, averaged over its seconds; 1 while it has none.</summary>
    [JsonIgnore] public double MeanDevices => Segments.Sum(s => s.Seconds) is var seconds and > 0 ? ChargedSeconds / seconds : 1;
}

[JsonStringEnum]
public enum SegmentEnd
{
    /// <summary>Still running.</summary>
    None,

    /// <summary>Did the steps it was given.</summary>
    BudgetReached,

    /// <summary>A value reached the objective's target.</summary>
    TargetReached,

    /// <summary>Ended by the control side before its budget.</summary>
    Interrupted,

    /// <summary>NaN or blown-up loss.</summary>
    Diverged,

    /// <summary>The candidate does not fit into the device's memory.</summary>
    OutOfMemory,

    /// <summary>Another error of the training code.</summary>
    Failed,

    /// <summary>
    /// The device fell silent (killed, aborted, cut off), or its process can no longer be trusted with the trial in memory; the checkpoint
    /// can.
    /// </summary>
    DeviceLost,

    /// <summary>A checkpoint could not be written; the one before is intact.</summary>
    StorageFailed,

    /// <summary>Another rank of the segment was lost; the newest checkpoint is intact.</summary>
    RankLost,

    /// <summary>The checkpoint to go on from is missing, or is not what was written; nothing was trained.</summary>
    CheckpointUnusable,
}

/// <summary>The part of a trial run without interruption on the same leases. Times of day are seconds since the job's start.</summary>
public sealed record Segment
{
    public required DeviceId Device { get; init; }
    public required long LeaseToken { get; init; }
    public required int Rung { get; init; }
    public required double StartedAt { get; init; }
    public double? EndedAt { get; init; }
    public required long FromStep { get; init; }
    public long ToStep { get; init; }
    public SegmentEnd End { get; init; }

    /// <summary>Training seconds in this segment.</summary>
    public double DeviceSeconds { get; init; }

    /// <summary>Evaluation seconds in this segment.</summary>
    public double EvaluationSeconds { get; init; }

    /// <summary>Loading, saving and set-up seconds in this segment.</summary>
    public double OverheadSeconds { get; init; }

    /// <summary>What its steps took, as last measured in it; null where nothing was.</summary>
    public StepTime? StepTime { get; init; }

    /// <summary>
    /// The other devices of a segment that several train together, in the order of their ranks from 1; <see cref="Device"/> is rank 0.
    /// </summary>
    public ImmutableArray<SegmentMember> Peers { get; init; } = [];

    /// <summary>Step it was sent to.</summary>
    public long UntilStep { get; init; }

    /// <summary>True for the segment that writes the weights of the job's answer and trains nothing.</summary>
    public bool IsExport { get; init; }

    /// <summary>Tokens of its devices that have not said their last word, once the segment itself is over.</summary>
    public ImmutableArray<long> Awaited { get; init; } = [];

    /// <summary>Tokens of its devices that have said their last word while it runs.</summary>
    public ImmutableArray<long> Left { get; init; } = [];

    /// <summary>Why its new checkpoints wait, while the store does not take them; null while it does.</summary>
    public string? StoreFault { get; init; }

    /// <summary>Secret of the group that its devices form where there are several; null for one device.</summary>
    public Guid? Group { get; init; }

    /// <summary>All devices of the segment in the order of their ranks, the leading one first.</summary>
    public IEnumerable<SegmentMember> Members() => [new(Device, LeaseToken), .. Peers.IsDefault ? [] : Peers];

    /// <summary>Devices that train the segment.</summary>
    [JsonIgnore] public int Devices => 1 + (Peers.IsDefault ? 0 : Peers.Length);

    /// <summary>Seconds of the segment: training, evaluation and overhead.</summary>
    [JsonIgnore] public double Seconds => DeviceSeconds + EvaluationSeconds + OverheadSeconds;

    /// <summary>The same for every device of the segment.</summary>
    [JsonIgnore] public double ChargedSeconds => Devices * Seconds;
}

/// <summary>A device that takes part in a segment.</summary>
/// <param name="Device">Which.</param>
/// <param name="LeaseToken">Fencing token of its own lease.</param>
public sealed record SegmentMember(DeviceId Device, long LeaseToken);
