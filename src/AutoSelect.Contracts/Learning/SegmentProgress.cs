namespace AutoSelect.Contracts;

/// <summary>How far a segment has come. Seconds are those of this segment.</summary>
/// <param name="Step">Steps of the run done.</param>
/// <param name="DeviceSeconds">Training.</param>
/// <param name="EvaluationSeconds">Evaluating.</param>
/// <param name="OverheadSeconds">Loading, saving and set-up.</param>
[GenerateSerializer, Immutable, Alias("autoselect.SegmentProgress")]
public sealed record SegmentProgress(
    [property: Id(0)] long Step,
    [property: Id(1)] double DeviceSeconds = 0,
    [property: Id(2)] double EvaluationSeconds = 0,
    [property: Id(3)] double OverheadSeconds = 0);
