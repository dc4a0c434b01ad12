using AutoSelect.Communication;

namespace AutoSelect.Performance.Tests;

public sealed class CollectiveModelTests(ITestOutputHelper output)
{
    private static readonly Link Memory = new("shared memory", 4e-6, 2e-10), Network = Link.OfBandwidth("network", 6e-5, 1e9);
    private const double Gamma = 1.5e-10;

    [Fact]
    public void Links_are_recovered_from_collectives_without_noise()
    {
        var model = CollectiveModel.Fit(Generated(0, Enum.GetValues<Collective>().Except([Collective.DirectAllReduce])), Unknown);
        var (memory, network) = (model.TopologyOf(8).Levels[0].Link, model.TopologyOf(8).Levels[1].Link);
        Assert.Equal(1, memory.LatencySeconds / Memory.LatencySeconds, 1e-6);
        Assert.Equal(1, memory.SecondsPerByte / Memory.SecondsPerByte, 1e-6);
        Assert.Equal(1, network.LatencySeconds / Network.LatencySeconds, 1e-6);
        Assert.Equal(1, network.SecondsPerByte / Network.SecondsPerByte, 1e-6);
        Assert.Equal(1, model.TopologyOf(8).ReductionSecondsPerByte / Gamma, 1e-6);
    }

    [Fact]
    public void All_reduces_alone_count_half_the_sum_to_each_pass_over_the_link()
    {
        var model = CollectiveModel.Fit(Generated(0, [Collective.AllReduce]), Unknown);
        Assert.Equal(0, model.TopologyOf(8).ReductionSecondsPerByte);
        Assert.Equal(1, model.TopologyOf(8).Levels[1].Link.SecondsPerByte / (Network.SecondsPerByte + Gamma / 2), 0.01);
    }

    [Fact]
    public void Nine_of_ten_new_measurements_lie_in_the_interval()
    {
        var model = CollectiveModel.Fit(Generated(0.1, [Collective.AllReduce], seed: 1), Unknown);
        var unseen = Generated(0.1, [Collective.AllReduce], seed: 2).ToArray();
        var inside = unseen.Count(
            m => model.Forecast(m.Collective, m.Hierarchy, m.Bytes).Interval90 is var (low, high) && m.Seconds >= low && m.Seconds <= high);
        output.WriteLine($"{inside} of {unseen.Length} inside");
        Assert.InRange((double)inside / unseen.Length, 0.8, 0.99);
    }

    [Fact]
    public void A_cache_and_a_buffer_are_found_with_what_lies_beyond()
    {
        var truth = Memory.WithCache(1 << 22, 6e-10).WithBuffer(1 << 18, 3e-10);
        var model = CollectiveModel.Fit(Flat([12, 14, 16, 18, 20, 22, 24], truth, (_, _) => 1), Unlinked);
        var found = model.TopologyOf(8).Levels[0].Link;
        Assert.Equal((truth.CacheBytes, truth.BufferBytes), (found.CacheBytes, found.BufferBytes));
        Assert.Equal(1, found.BeyondCacheSecondsPerByte / 6e-10, 1e-6);
        Assert.Equal(1, found.BeyondBufferSecondsPerByte / 3e-10, 1e-6);
    }

    [Fact]
    public void Ranks_that_cost_more_than_links_say_are_fitted_apart()
    {
        // Eight ranks wait for processors: ten times the latency, three times the time per byte.
        var crowded = new Link("crowded", 10 * Memory.LatencySeconds, 3 * Memory.SecondsPerByte);
        var measured = Flat([12, 14, 16, 18, 20], Memory, (_, _) => 1).Where(m => m.Ranks < 8)
            .Concat(Flat([12, 14, 16, 18, 20], crowded, (_, _) => 1).Where(m => m.Ranks == 8));
        var model = CollectiveModel.Fit(measured.Concat(measured), Unlinked);
        Assert.Equal(1, model.TopologyOf(4).Levels[0].Link.LatencySeconds / Memory.LatencySeconds, 1e-6);
        Assert.Equal(1, model.TopologyOf(8).Levels[0].Link.LatencySeconds / crowded.LatencySeconds, 1e-6);
    }

    [Fact]
    public void The_shape_that_fits_is_chosen()
    {
        var shared = new Link("shared", 1e-6, 1e-10, LinkSharing.Processors, Lanes: 2);
        var model = CollectiveModel.Fit(Flat([12, 16, 20], shared, (_, _) => 1), Unlinked,
            ranks => Topology.Flat(ranks, new Link("", 0, 0, LinkSharing.Processors, Lanes: 2)));
        Assert.Equal(LinkSharing.Processors, model.TopologyOf(8).Levels[0].Link.Sharing);
        Assert.Equal(1, model.TopologyOf(8).Levels[0].Link.SecondsPerByte / 1e-10, 1e-6);
    }

    [Fact]
    public void Trees_learn_what_links_cannot_say_and_predict_sizes_that_were_left_out_better()
    {
        var (seen, unseen) =
            (Protocol([12, 14, 15, 17, 18, 20, 21, 23, 25, 26], seed: 1).ToArray(), Protocol([13, 19, 24], seed: 2).ToArray());
        var corrected = CollectiveModel.Fit(seen, Unlinked);
        var linear = CollectiveModel.Fit(seen.Where((_, i) => i % 3 == 0), Unlinked); // too few for trees
        var (with, without) = (Error(corrected, unseen), Error(linear, unseen));
        output.WriteLine($"mean error on sizes left out: trees {with:0.000}, linear {without:0.000}");
        Assert.True(corrected.UsesTrees);
        Assert.False(linear.UsesTrees);
        Assert.True(with < 0.7 * without, $"trees {with:0.000}, linear {without:0.000}");
    }

    [Fact]
    public void Trees_are_not_used_where_the_linear_model_left_only_noise() =>
        Assert.False(CollectiveModel.Fit(Generated(0.05, [Collective.AllReduce]), Unknown).UsesTrees);

    [Fact]
    public void The_best_hierarchy_of_a_model_is_that_of_its_links()
    {
        var model = CollectiveModel.Assumed(Known);
        foreach (var bytes in new[] { 1e3, 1e5, 1e7 })
        {
            Assert.Equal(HierarchySearch.Exhaustive(Known(8), bytes)[0].Hierarchy, model.Best(8, bytes));
            Assert.Equal(HierarchySearch.Pruned(Known(128), bytes).Hierarchy, model.Best(128, bytes));
        }
    }

    [Fact]
    public void Without_a_planned_hierarchy_the_size_decides()
    {
        const double Alpha = 1e-5, Beta = 1e-9;
        var model = CollectiveModel.Assumed(ranks => Topology.Flat(ranks, new Link("any", Alpha, Beta), Gamma));
        Assert.Equal(Alpha + 1e7 * (Beta + Gamma), model.ForecastBySize(2, 1e7, local: false).MedianSeconds, 1e-12); // two swap at any size
        Assert.Equal(3 * (Alpha + 64_000 * (Beta + Gamma)), model.ForecastBySize(8, 64_000, local: false).MedianSeconds, 1e-12); // doubling
        Assert.Equal(model.Forecast(Collective.AllReduce, Hierarchy.Finest(8), 1e7).MedianSeconds,
            model.ForecastBySize(8, 1e7, local: false).MedianSeconds, 1e-12);
        // Blocks of 1 MiB pay the latency of six steps anew.
        Assert.Equal(
            3 * 6 * Alpha + 2 * 7.0 / 8 * 2_621_440 * Beta + 7.0 / 8 * 2_621_440 * Gamma,
            model.ForecastBySize(8, 2_621_440, local: true).MedianSeconds, 1e-12);
        // Of six ranks two are folded in and out, the four others halve and double.
        Assert.Equal(
            2 * Alpha + 1e6 * (2 * Beta + Gamma) + 4 * Alpha + 1.5 * 1e6 * Beta + 0.75 * 1e6 * Gamma,
            model.ForecastBySize(6, 1e6, local: false).MedianSeconds, 1e-12);
        Assert.Equal(0, model.ForecastBySize(1, 1e7, local: true).MedianSeconds);
    }

    [Fact]
    public void What_a_group_measured_of_itself_tells_latency_bandwidth_and_adding_apart()
    {
        const double Alpha = 3e-5, Beta = 2e-9, Summing = 4e-10;
        var truth = Topology.Flat(4, new Link("any", Alpha, Beta), Summing);
        var measured = from bytes in new[] { 4096.0, 65536, 1 << 20 }
                       from kind in new[]
                       {
                           (Collective.DirectAllReduce, Hierarchy.Ring(4)),
                           (Collective.AllReduce, Hierarchy.Ring(4)),
                           (Collective.AllReduce, Hierarchy.Finest(4)),
                           (Collective.AllGather, Hierarchy.Ring(4)),
                       }
                       select Measured(kind.Item2, bytes, CollectiveTime.Seconds(truth, kind.Item1, kind.Item2, bytes), kind.Item1);
        var topology = CollectiveModel.Fit(new GroupMeasurement { Ranks = 4, Local = false, Collectives = [.. measured] }).TopologyOf(4);
        Assert.Equal(1, topology.Levels[0].Link.LatencySeconds / Alpha, 1e-6);
        Assert.Equal(1, topology.Levels[0].Link.SecondsPerByte / Beta, 1e-6);
        Assert.Equal(1, topology.ReductionSecondsPerByte / Summing, 1e-6);
    }

    [Fact]
    public void Fits_of_nothing_and_of_two_transports_are_refused()
    {
        Assert.Throws<ArgumentException>(() => CollectiveModel.Fit([], Unknown));
        var measured = Generated(0, [Collective.AllReduce]).Take(2).ToArray();
        Assert.Contains("tcp", Assert.Throws<ArgumentException>(
            () => CollectiveModel.Fit([measured[0], measured[1] with { Transport = "tcp" }], Unknown)).Message, StringComparison.Ordinal);
    }

    private static Topology Known(int ranks) => Topology.Hosts(Math.Max(1, ranks / 2), Math.Min(ranks, 2), Memory, Network, Gamma);

    private static Topology Unknown(int ranks) => Topology.Hosts(ranks / 2, 2, new Link("a", 0, 0), new Link("b", 0, 0, LinkSharing.Wire));

    private static double Error(CollectiveModel model, IReadOnlyCollection<CollectiveMeasurement> measured) =>
        measured.Average(m => Math.Abs(Math.Log(model.Forecast(m.Collective, m.Hierarchy, m.Bytes).MedianSeconds / m.Seconds)));

    private static IEnumerable<CollectiveMeasurement> Generated(double noise, IEnumerable<Collective> collectives, int seed = 1)
    {
        var random = new Random(seed);
        return from ranks in new[] { 2, 4, 8 }
               from hierarchy in Hierarchy.All(ranks)
               from bytes in Enumerable.Range(6, 8).Select(i => Math.Pow(4, i))
               from collective in collectives
               select Measured(hierarchy, bytes,
                   CollectiveTime.Seconds(Known(ranks), collective, hierarchy, bytes) * Math.Exp(noise * Normal(random)), collective);
    }

    private static Topology Unlinked(int ranks) => Topology.Flat(ranks, new Link("", 0, 0));

    /// <summary>Messages from 64 KiB to 2 MiB go by a protocol that rings of two suit badly; 3 % noise.</summary>
    private static IEnumerable<CollectiveMeasurement> Protocol(int[] logBytes, int seed)
    {
        var random = new Random(seed);
        return Flat(logBytes, Memory,
            (log, hierarchy) => (log is >= 16 and <= 21 && hierarchy[0] == 2 ? 1.8 : 1) * Math.Exp(0.03 * Normal(random)));
    }

    private static IEnumerable<CollectiveMeasurement> Flat(int[] logBytes, Link link, Func<int, Hierarchy, double> factor) =>
        from ranks in new[] { 2, 4, 8 }
        from hierarchy in Hierarchy.All(ranks)
        from log in logBytes
        let bytes = Math.Pow(2, log)
        select Measured(hierarchy, bytes, CollectiveTime.Seconds(
            Topology.Flat(ranks, link), Collective.AllReduce, hierarchy, bytes) * factor(log, hierarchy), Collective.AllReduce);

    private static CollectiveMeasurement Measured(Hierarchy hierarchy, double bytes, double seconds, Collective collective) =>
        new()
        {
            Ranks = hierarchy.Ranks,
            Hierarchy = hierarchy,
            Bytes = bytes,
            Seconds = seconds,
            Transport = "generated",
            Collective = collective,
        };

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
