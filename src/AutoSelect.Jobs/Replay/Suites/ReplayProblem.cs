using System.Collections.Immutable;
using AutoSelect.Selection.History;

using AutoSelect.Selection.Replay;

namespace AutoSelect.Jobs.Replay.Suites;

/// <summary>One problem of a suite: the curves of its candidates, and what may be learned from beforehand.</summary>
/// <param name="Name">Of the problem.</param>
/// <param name="Family">A workload and its variants.</param>
/// <param name="Workload">What is trained.</param>
/// <param name="Curves">Of its candidates.</param>
/// <param name="History">
/// Finished curves of other families; one and the same object for all problems that leave out the same families.
/// </param>
public sealed record ReplayProblem(
    string Name, string Family, string Workload, ImmutableArray<RecordedCurve> Curves, SelectionHistory History)
{
    /// <summary>The candidate that would have been run without AutoSelect; null takes the default one.</summary>
    public string? Baseline { get; init; }
}
