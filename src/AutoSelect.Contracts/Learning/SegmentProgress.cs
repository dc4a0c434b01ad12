namespace AutoSelect.Contracts;

/// <summary>How far a segment has come. Seconds are those of this segment.</summary>
/// <param name="Step">Steps of the run done.</param>
/// <param name="DeviceSeconds">Training.</param>
/// <param name="EvaluationSeconds">Evaluating.</param>
/// <param name="OverheadSeconds">Loading, saving and set-up.</param>
public sealed record SegmentProgress(
    long Step,
    double DeviceSeconds = 0,
    double EvaluationSeconds = 0,
    double OverheadSeconds = 0);
