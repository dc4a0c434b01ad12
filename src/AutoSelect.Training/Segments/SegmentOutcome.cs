using AutoSelect.Contracts;

namespace AutoSelect.Training.Segments;

/// <summary>How a segment ended, and why when it failed.</summary>
internal readonly record struct SegmentOutcome(SegmentEnd End, string Reason = "");
