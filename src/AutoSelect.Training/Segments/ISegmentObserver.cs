using AutoSelect.Contracts;

namespace AutoSelect.Training.Segments;

/// <summary>Who watches a segment while it trains. Called on the training thread: hand over and return.</summary>
public interface ISegmentObserver
{
    /// <summary>What the segment is to do; read before every step.</summary>
    SegmentOrder Order { get; }

    /// <summary>Step of the newest checkpoint that the control side has stored. A checkpoint is deleted only when one at least as
    /// new as itself is stored and a newer one is on the disk, so a crash of any side leaves what the record names. The default says that
    /// every checkpoint counts as stored, so that only the newest stays.</summary>
    long StoredCheckpointStep => long.MaxValue;

    /// <summary>A point, as soon as it is measured.</summary>
    void OnPoint(CurvePoint point);

    /// <summary>A checkpoint that is safely on the disk.</summary>
    void OnCheckpoint(Checkpoint checkpoint);

    /// <summary>A checkpoint that another trial will begin with, safely on the disk; told before any of this trial's of its step.</summary>
    void OnBranch(Checkpoint checkpoint) { }

    /// <summary>Progress, a few times a second at most. Seconds are those of this segment.</summary>
    void OnProgress(long step, double deviceSeconds, double evaluationSeconds, double overheadSeconds, StepTime? stepTime);
}
