using AutoSelect.Contracts;
using AutoSelect.Training.Segments;

namespace AutoSelect.Training.Tests;

/// <summary>Keeps all it is told.</summary>
internal sealed class Recorder : ISegmentObserver
{
    public List<CurvePoint> Points { get; } = [];
    public List<Checkpoint> Checkpoints { get; } = [];
    public long Polls { get; private set; }

    /// <summary>The last that it was told of.</summary>
    public long Step { get; private set; }

    /// <summary>The order given at a poll counted from 1.</summary>
    public Func<long, SegmentOrder> Orders { get; init; } = _ => SegmentOrder.Continue;

    public long StoredCheckpointStep { get; set; } = long.MaxValue;

    public Action<CurvePoint>? WhenPoint { get; init; }

    public SegmentOrder Order => Orders(++Polls);

    public void OnPoint(CurvePoint point)
    {
        Points.Add(point);
        WhenPoint?.Invoke(point);
    }

    public void OnCheckpoint(Checkpoint checkpoint) => Checkpoints.Add(checkpoint);

    public void OnProgress(long step, double deviceSeconds, double evaluationSeconds, double overheadSeconds, StepTime? stepTime) =>
        Step = step;
}
