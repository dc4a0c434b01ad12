using System.Collections.Immutable;

namespace AutoSelect.Selection.Replay.Import;

/// <summary>Makes recordings of other systems fit to be learned from by live jobs.</summary>
public static class StoreCurves
{
    /// <summary>
    /// AlgoPerf's curves in the strategies' names of the catalogue and with steps in one unit a problem; all others as they are. None as
    /// one of the prior that comes with AutoSelect: who takes curves into a store wants them to count as its own.
    /// </summary>
    public static ImmutableArray<RecordedCurve> From(IEnumerable<RecordedCurve> curves) =>
    [
        .. curves.GroupBy(c => (c.Suite, c.Problem)).SelectMany(g => AlgoPerfNames.IsFrom(g.First())
            ? StepUnits.InOneUnit([.. g]).Select(c => c with { Algorithm = AlgoPerfNames.Strategy(c.Algorithm), Origin = null })
            : g.Select(c => c with { Origin = null })),
    ];
}
