using System.Collections.Immutable;

namespace AutoSelect.Performance;

/// <summary>The times of links that fit measured collectives best, for one way of joining the ranks.</summary>
internal sealed record LinkFit(RelativeFit Fit, Func<int, Topology> TopologyOf)
{
    /// <summary>What a cache must take off the error to be believed.</summary>
    private const double WorthCache = 0.9;

    /// <summary>From 64 KiB to 256 MiB.</summary>
    private static readonly ImmutableArray<double> CacheSizes = [.. Enumerable.Range(16, 13).Select(i => Math.Pow(2, i))];

    public static LinkFit Of(ImmutableArray<CollectiveMeasurement> measurements, Func<int, Topology> shapeOf)
    {
        // With all-reduces alone, γ's column is half the sum of the β columns: β then includes the sum.
        var separable = measurements.Any(m => m.Collective is Collective.AllGather or Collective.Broadcast) && measurements.Any(m => m.Collective is Collective.AllReduce or Collective.ReduceScatter);
        var plain = Linear(shapeOf);
        var cached = CacheSizes.Select(bytes => Linear(ranks => shapeOf(ranks).WithCache(bytes))).MinBy(f => f.Fit.Residual)!;
        return cached.Fit.Residual < WorthCache * plain.Fit.Residual ? cached : plain;

        LinkFit Linear(Func<int, Topology> shape)
        {
            var fit = RelativeFit.Of([.. measurements.Select(m => Terms(shape(m.Ranks), m))], [.. measurements.Select(m => m.Seconds)]);
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
