using AutoSelect.Communication;

namespace AutoSelect.Performance.Tests;

public sealed class CollectiveTimeTests
{
    private const double Alpha = 3e-6, Beta = 2e-9, Gamma = 5e-10, Bytes = 1e6;
    private static readonly Link Plain = new("plain", Alpha, Beta);

    [Theory]
    [InlineData(2), InlineData(3), InlineData(7), InlineData(8), InlineData(1024)]
    public void One_level_is_the_ring(int p) => Assert.Equal(
        2 * (p - 1) * Alpha + 2 * (p - 1.0) / p * Bytes * Beta + (p - 1.0) / p * Bytes * Gamma,
        Time(Collective.AllReduce, Hierarchy.Ring(p)), 1e-12);

    [Theory]
    [InlineData(1), InlineData(3), InlineData(10)]
    public void Levels_of_two_are_Rabenseifners_algorithm(int log)
    {
        var p = 1 << log;
        Assert.Equal(2 * log * Alpha + 2 * (1 - 1.0 / p) * Bytes * Beta + (1 - 1.0 / p) * Bytes * Gamma,
            Time(Collective.AllReduce, Hierarchy.Finest(p)), 1e-12);
    }

    [Fact]
    public void Three_levels_of_different_sizes_follow_the_formula()
    {
        var links = new[] { (Alpha: 1e-6, Beta: 1e-10), (Alpha: 1e-5, Beta: 1e-9), (Alpha: 1e-4, Beta: 1e-8) };
        int[] sizes = [2, 3, 5];
        var topology = new Topology(sizes.Select((p, i) => new TopologyLevel(p, new Link($"level {i}", links[i].Alpha, links[i].Beta))));
        double expected = 0, before = 1;
        for (var i = 0; i < sizes.Length; i++)
        {
            expected += 2 * (sizes[i] - 1) * links[i].Alpha + 2 * ((sizes[i] - 1.0) / sizes[i]) * Bytes / before * links[i].Beta;
            before *= sizes[i];
        }
        Assert.Equal(expected, CollectiveTime.Seconds(topology, Collective.AllReduce, new Hierarchy(sizes), Bytes), 1e-12);
    }

    [Fact]
    public void All_reduce_is_reduce_scatter_and_all_gather_and_broadcast_two_gathers()
    {
        foreach (var hierarchy in Hierarchy.All(24))
        {
            Assert.Equal(Time(Collective.ReduceScatter, hierarchy) + Time(Collective.AllGather, hierarchy),
                Time(Collective.AllReduce, hierarchy), 1e-12);
            Assert.Equal(2 * Time(Collective.AllGather, hierarchy), Time(Collective.Broadcast, hierarchy), 1e-12);
        }
    }

    [Fact]
    public void A_single_rank_has_nothing_to_send() => Assert.Equal(0, Time(Collective.AllReduce, Hierarchy.Ring(1)));

    [Fact]
    public void A_ring_over_hosts_waits_for_the_network_and_one_rank_a_host_uses_it()
    {
        // Four hosts of two ranks. The ring of 8 leaves each host once; the outer level of (2, 4) leaves it twice, with half the bytes.
        var topology = Hosts(LinkSharing.Wire);
        Assert.Equal(14 * 1e-4 + 2 * 7.0 / 8 * Bytes * 1e-8,
            CollectiveTime.Seconds(topology, Collective.AllReduce, Hierarchy.Ring(8), Bytes), 1e-12);
        var within = 2 * 1e-6 + Bytes * 1e-10;
        var between = 6 * 1e-4 + 2 * 0.75 * Bytes / 2 * (2 * 1e-8);
        Assert.Equal(within + between, CollectiveTime.Seconds(topology, Collective.AllReduce, new Hierarchy(2, 4), Bytes), 1e-12);
    }

    [Fact]
    public void Without_sharing_each_rank_has_the_network_to_itself() => Assert.Equal(
        2 * 1e-6 + Bytes * 1e-10 + 6 * 1e-4 + 2 * 0.75 * Bytes / 2 * 1e-8,
        CollectiveTime.Seconds(Hosts(LinkSharing.None), Collective.AllReduce, new Hierarchy(2, 4), Bytes), 1e-12);

    [Fact]
    public void Shared_processors_slow_latency_and_sums_too()
    {
        var crowded = Topology.Flat(8, new Link("shared memory", Alpha, Beta, LinkSharing.Processors, Lanes: 2), Gamma);
        Assert.Equal(4 * Time(Collective.AllReduce, Hierarchy.Ring(8)),
            CollectiveTime.Seconds(crowded, Collective.AllReduce, Hierarchy.Ring(8), Bytes), 1e-12);
    }

    [Fact]
    public void Bad_input_is_refused_with_its_value()
    {
        var topology = Topology.Flat(8, Plain);
        Assert.Contains("2x2 has 4 ranks and the topology 8", Assert.Throws<ArgumentException>(
            () => CollectiveTime.Seconds(topology, Collective.AllReduce, new Hierarchy(2, 2), 1)).Message, StringComparison.Ordinal);
        Assert.Contains("-1 bytes", Assert.Throws<ArgumentException>(
            () => CollectiveTime.Seconds(topology, Collective.AllReduce, Hierarchy.Ring(8), -1)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new Link("", -1, 0));
        Assert.Throws<ArgumentException>(() => new Topology([]));
    }

    private static Topology Hosts(LinkSharing sharing) =>
        Topology.Hosts(4, 2, new Link("shared memory", 1e-6, 1e-10), new Link("network", 1e-4, 1e-8, sharing));

    private static double Time(Collective collective, Hierarchy hierarchy) =>
        CollectiveTime.Seconds(Topology.Flat(hierarchy.Ranks, Plain, Gamma), collective, hierarchy, Bytes);
}
