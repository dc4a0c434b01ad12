using System.Collections.Immutable;
using AutoSelect.Communication;

namespace AutoSelect.Performance;

/// <summary>The times of links that fit measured collectives best, for one way of joining the ranks.</summary>
internal sealed record LinkFit(RelativeFit Fit, Func<int, Topology> TopologyOf)
{
    /// <summary>What a cache or a buffer must take off the error to be believed.</summary>
    private const double WorthIt = 0.9;

    /// <summary>From 16 KiB to 256 MiB.</summary>
    private static readonly ImmutableArray<double> Sizes = [.. Enumerable.Range(14, 15).Select(i => Math.Pow(2, i))];

    public static LinkFit FromMeasurements(ImmutableArray<CollectiveMeasurement> measurements, Func<int, Topology> shapeOf)
    {
        // With all-reduces alone, γ's column is half the sum of the β columns: β then includes the sum.
        var separable = measurements.Any(m => m.Collective is Collective.AllGather or Collective.Broadcast)
            && measurements.Any(m => m.Collective is Collective.AllReduce or Collective.ReduceScatter);
        var cached = Better(Linear(shapeOf), (link, bytes) => link.WithCache(bytes));
        return Better(cached, (link, bytes) => link.WithBuffer(bytes));

        LinkFit Better(LinkFit given, Func<Link, double, Link> change)
        {
            var changed = Sizes.Select(bytes => Linear(ranks => given.TopologyOf(ranks).WithInnermost(link => change(link, bytes))))
                .MinBy(f => f.Fit.Residual)!;
            return changed.Fit.Residual < WorthIt * given.Fit.Residual ? changed : given;
        }

        LinkFit Linear(Func<int, Topology> shape)
        {
            var topologies = measurements.Select(m => m.Ranks).Distinct().ToDictionary(ranks => ranks, shape);
            var fit = RelativeFit.FitRows(
                [.. measurements.Select(m => Terms(topologies[m.Ranks], m))], [.. measurements.Select(m => m.Seconds)]);
            return new LinkFit(fit, ranks => shape(ranks).With(fit.Parameters));
        }

        double[] Terms(Topology topology, CollectiveMeasurement m)
        {
            var terms = CollectiveTime.Terms(topology, m.Collective, m.Hierarchy, m.Bytes);
            if (!separable) terms[^1] = 0;
            return terms;
        }
    }
}
