using System.Collections.Immutable;
using AutoSelect.Communication;

namespace AutoSelect.Performance;

/// <summary>
/// The time of a collective on links whose (α, β) were fitted to measured collectives, with prediction intervals. Where the
/// linear model leaves structure (caches, buffers of a socket), boosted trees correct it, provided they predict message sizes
/// that were left out better than the linear model does.
/// </summary>
public sealed class CollectiveModel
{
    /// <summary>Measurements from which trees are tried.</summary>
    public const int LeastForTrees = 40;

    /// <summary>What the trees must take off the error on left-out message sizes to be used.</summary>
    private const double WorthTrees = 0.9;

    /// <summary>Up to as many ranks all hierarchies are tried; beyond, those that contain the best smaller one.</summary>
    private const int ExhaustiveRanks = 64;

    private readonly LinkTimes links;
    private readonly BoostedTrees? trees;

    private CollectiveModel(LinkTimes links, BoostedTrees? trees = null) => (this.links, this.trees) = (links, trees);

    /// <summary>Whether a correction by trees is in use.</summary>
    public bool UsesTrees => trees is not null;

    /// <summary>The fitted links at a number of ranks.</summary>
    public Topology TopologyOf(int ranks) => links.TopologyOf(ranks);

    /// <summary>A model of links that were not measured: their data sheet.</summary>
    /// <param name="topologyOf">How a number of ranks is joined.</param>
    /// <param name="logStandardDeviation">How far the truth may be, as the standard deviation of a logarithm.</param>
    public static CollectiveModel Assumed(Func<int, Topology> topologyOf, double logStandardDeviation = 0.3) =>
        new(LinkTimes.Assumed(topologyOf, logStandardDeviation));

    /// <summary>Fits α, β and, beyond a cache whose size is fitted too, δ of the links, and γ where measurements tell it from β.</summary>
    /// <param name="measurements">Of one transport; unusable ones are left out.</param>
    /// <param name="shapesOf">
    /// How a number of ranks may be joined: the times of links are replaced, what they share is kept; the shape that fits best is used.
    /// </param>
    /// <exception cref="ArgumentException">Nothing usable, no shape, or several transports.</exception>
    public static CollectiveModel Fit(IEnumerable<CollectiveMeasurement> measurements, params Func<int, Topology>[] shapesOf)
    {
        ImmutableArray<CollectiveMeasurement> usable = [.. measurements.Where(m => m.IsUsable)];
        if (usable.IsEmpty)
            throw new ArgumentException(
                "No usable measurement: ranks above 1 that the hierarchy agrees with, positive seconds", nameof(measurements));
        if (shapesOf.Length == 0) throw new ArgumentException("At least one shape is needed", nameof(shapesOf));
        var transports = usable.Select(m => m.Transport).Distinct().ToArray();
        if (transports.Length > 1)
            throw new ArgumentException(
                $"Measurements of {string.Join(", ", transports)} together; a fit is of one transport", nameof(measurements));
        var linear = new CollectiveModel(LinkTimes.Fitted(usable, shapesOf));
        return usable.Length < LeastForTrees ? linear : linear.Corrected(usable);
    }

    /// <summary>Fits to what a group measured of itself, all its ranks joined alike.</summary>
    /// <exception cref="ArgumentException">A group of one rank, which measured no link.</exception>
    public static CollectiveModel Fit(GroupMeasurement measured) =>
        Fit(measured.Collectives, ranks => Topology.Flat(ranks, new Link("measured", 0, 0)));

    /// <summary>Time of a collective, with what measurement noise and fit leave open.</summary>
    public TimeForecast Forecast(Collective collective, Hierarchy hierarchy, double bytes)
    {
        var topology = TopologyOf(hierarchy.Ranks);
        var seconds = CollectiveTime.Seconds(topology, collective, hierarchy, bytes);
        return trees is null || !(seconds > 0) || collective == Collective.DirectAllReduce
            ? new TimeForecast(
                seconds, links.LogStandardDeviation(hierarchy.Ranks, CollectiveTime.Terms(topology, collective, hierarchy, bytes)))
            : new TimeForecast(seconds * Math.Exp(trees.Predict(CollectiveFeatures.Describe(hierarchy, collective, bytes))), trees.Spread);
    }

    /// <summary>The hierarchy with the least time for a message.</summary>
    public Hierarchy Best(int ranks, double bytes, Collective collective = Collective.AllReduce) => ranks > ExhaustiveRanks
        ? HierarchySearch.Pruned(TopologyOf(ranks), bytes, collective).Hierarchy
        : Hierarchy.All(ranks).MinBy(h => Forecast(collective, h, bytes).MedianSeconds)!;

    /// <summary>The all-reduce that a group does when no hierarchy is planned: <see cref="AllReducePlan.Default"/>.</summary>
    /// <param name="local">Whether all ranks are on one machine.</param>
    public TimeForecast ForecastBySize(int ranks, double bytes, bool local)
    {
        var topology = TopologyOf(ranks);
        var plan = AllReducePlan.Default(ranks, (long)bytes, local);
        var block = plan.BlockBytes == 0 ? bytes : Math.Min(bytes, plan.BlockBytes);
        var terms = Terms(block);
        var (whole, rest) = block > 0 ? (Math.Floor(bytes / block), bytes % block) : (1, 0);
        if (whole > 1) terms = [.. terms.Select(t => whole * t)];
        if (rest > 0) terms = [.. terms.Zip(Terms(rest), (a, b) => a + b)];
        return new TimeForecast(CollectiveTime.Seconds(topology, terms), links.LogStandardDeviation(ranks, terms));

        double[] Terms(double size) => plan.Algorithm == AllReduceAlgorithm.Doubling ? CollectiveTime.DoublingTerms(topology, size)
            : CollectiveTime.HalvingDoublingTerms(topology, size);
    }

    private CollectiveModel Corrected(ImmutableArray<CollectiveMeasurement> all)
    {
        // What depends on no hierarchy would teach the trees nothing of hierarchies.
        var usable = all.RemoveAll(m => m.Collective == Collective.DirectAllReduce);
        var errors = usable.Select(
            m => Math.Log(m.Seconds / CollectiveTime.Seconds(TopologyOf(m.Ranks), m.Collective, m.Hierarchy, m.Bytes))).ToArray();
        var sizes = usable.Select(m => m.Bytes).Distinct().Order().ToArray();
        if (sizes.Length < 4 || errors.Any(e => !double.IsFinite(e))) return this;
        var trained = BoostedTrees.Train([.. usable.Select(m => CollectiveFeatures.Describe(m.Hierarchy, m.Collective, m.Bytes))], errors,
            [.. usable.Select(m => Array.BinarySearch(sizes, m.Bytes))]);
        return trained.Spread < WorthTrees * Math.Sqrt(errors.Average(e => e * e)) ? new CollectiveModel(links, trained) : this;
    }
}
