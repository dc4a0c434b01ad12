using AutoSelect.Contracts;

namespace AutoSelect.Training.Segments;

/// <summary>The metric of raw and of averaged weights; null where no average is kept yet.</summary>
internal readonly record struct TrialValues(double Raw, double? Averaged)
{
    /// <summary>True when the averaged weights are the better ones.</summary>
    public bool IsAveragedBetter(Direction direction) =>
        Averaged is { } averaged && !double.IsNaN(averaged) && (direction == Direction.Maximize ? averaged > Raw : averaged < Raw);

    /// <summary>The better of both.</summary>
    public double Deliverable(Direction direction) => IsAveragedBetter(direction) ? Averaged!.Value : Raw;
}
