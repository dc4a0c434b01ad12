using AutoSelect.Contracts;
using AutoSelect.Performance;

namespace AutoSelect.Benchmarks;

/// <summary>What a rank of the benchmarks is told.</summary>
/// <param name="Segment">The segment to train, or whose workload and strategy are measured.</param>
/// <param name="LayerBatch">Batch to measure the layers with; 0 trains the segment.</param>
/// <param name="Transfers">Bytes of all-reduces to measure with the segment's communication; empty for none.</param>
/// <param name="Steps">Repetitions of what is measured.</param>
/// <param name="ProbesLinks">Measure the group's links and casts.</param>
/// <param name="SideBySide">Every rank trains the segment alone, all at the same time, as trials of a probe do.</param>
internal sealed record RankCommand(
    SegmentAssignment Segment, int LayerBatch = 0, IReadOnlyList<long>? Transfers = null, int Steps = 0,
    bool ProbesLinks = false, bool SideBySide = false);

/// <summary>What a rank answers.</summary>
/// <param name="Report">End of the segment; null for ranks that had no part in it.</param>
/// <param name="Points">The leader's points.</param>
/// <param name="Layers">Times of the layers.</param>
/// <param name="TransferSeconds">Seconds of each all-reduce, lower quartiles.</param>
/// <param name="Links">What the group measured of itself, as JSON.</param>
internal sealed record RankAnswer(
    SegmentReport? Report, IReadOnlyList<CurvePoint> Points, IReadOnlyList<LayerTime> Layers,
    IReadOnlyList<double> TransferSeconds, string? Links = null);
