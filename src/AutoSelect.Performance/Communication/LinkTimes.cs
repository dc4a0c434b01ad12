using System.Collections.Concurrent;
using System.Collections.Immutable;
using AutoSelect.Communication;

namespace AutoSelect.Performance;

/// <summary>
/// The times of links at any number of ranks: fitted to all measurements together or, where that is clearly better, apart for each
/// number of ranks that was measured. Ranks that wait for a processor do not cost what α and β say of ranks that have one.
/// </summary>
internal sealed class LinkTimes
{
    /// <summary>Measurements of a number of ranks that can be fitted apart.</summary>
    private const int LeastApart = 6;

    /// <summary>What fits apart must take off the error to be used.</summary>
    private const double WorthApart = 0.9;

    private readonly Func<int, Topology> topologyOf;
    private readonly Func<int, RelativeFit?> fitOf;
    private readonly double assumed;
    private readonly ConcurrentDictionary<int, Topology> topologies = new();

    private LinkTimes(Func<int, Topology> topologyOf, Func<int, RelativeFit?> fitOf, double assumed = 0) =>
        (this.topologyOf, this.fitOf, this.assumed) = (topologyOf, fitOf, assumed);

    public Topology TopologyOf(int ranks) => topologies.GetOrAdd(ranks, topologyOf);

    /// <summary>Standard deviation of the log time of a collective with these terms.</summary>
    public double LogStandardDeviation(int ranks, double[] terms) => fitOf(ranks)?.LogStandardDeviation(terms) ?? assumed;

    public static LinkTimes Assumed(Func<int, Topology> topologyOf, double logStandardDeviation) =>
        new(topologyOf, _ => null, logStandardDeviation);

    public static LinkTimes Fitted(ImmutableArray<CollectiveMeasurement> measurements, IReadOnlyList<Func<int, Topology>> shapesOf)
    {
        var joint = Best(measurements, shapesOf);
        var groups = measurements.GroupBy(m => m.Ranks).ToArray();
        if (groups.Length > 1 && groups.All(g => g.Count() >= LeastApart))
        {
            var apart = groups.ToDictionary(g => g.Key, g => Best([.. g], shapesOf));
            var residual = Math.Sqrt(apart.Values.Sum(f => f.Fit.Squares) / apart.Values.Sum(f => f.Fit.Freedom));
            if (residual < WorthApart * joint.Fit.Residual)
                return new LinkTimes(
                    ranks => apart.GetValueOrDefault(ranks, joint).TopologyOf(ranks), ranks => apart.GetValueOrDefault(ranks, joint).Fit);
        }
        return new LinkTimes(joint.TopologyOf, _ => joint.Fit);
    }

    private static LinkFit Best(ImmutableArray<CollectiveMeasurement> measurements, IReadOnlyList<Func<int, Topology>> shapesOf) =>
        shapesOf.Select(shape => LinkFit.FromMeasurements(measurements, shape)).MinBy(f => f.Fit.Squares / f.Fit.Freedom)!;
}
