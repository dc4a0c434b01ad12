using AutoSelect.Communication;

namespace AutoSelect.Performance.Tests;

/// <summary>Everything here is modelled: no collective ran on these many ranks.</summary>
public sealed class HierarchySearchTests(ITestOutputHelper output)
{
    private static readonly Link Memory = new("shared memory", 2e-6, 1.5e-10, LinkSharing.Processors, Lanes: 8);
    private static readonly Link Network = Link.OfBandwidth("network", 3e-5, 1e10);
    private static readonly double[] Sizes = [0, 4e3, 64e3, 1e6, 16e6, 100e6];

    public static TheoryData<int, int> Machines =>
        [(1, 8), (2, 4), (4, 2), (8, 1), (3, 4), (5, 6), (7, 1), (16, 4), (45, 8), (128, 8), (1024, 1)];

    [Theory, MemberData(nameof(Machines))]
    public void Pruned_and_exhaustive_search_agree(int hosts, int ranksPerHost)
    {
        var topology = Topology.Hosts(hosts, ranksPerHost, Memory, Network);
        foreach (var bytes in Sizes)
        {
            foreach (var collective in Enum.GetValues<Collective>().Except([Collective.DirectAllReduce]))
            {
                var (best, pruned) =
                    (HierarchySearch.Exhaustive(topology, bytes, collective)[0], HierarchySearch.Pruned(topology, bytes, collective));
                Assert.Equal(best.Seconds, pruned.Seconds, 1e-12 * Math.Max(1e-6, best.Seconds) / 1e-6);
                Assert.Equal(CollectiveTime.Seconds(topology, collective, pruned.Hierarchy, bytes), pruned.Seconds, 1e-12);
            }
            var chosen = HierarchySearch.Pruned(topology, bytes);
            output.WriteLine(
                $"modelled: {hosts} hosts of {ranksPerHost}, {bytes,11:0} B: {chosen.Hierarchy,-20} {chosen.Seconds * 1e3:0.000} ms");
        }
    }

    [Theory]
    [InlineData(4e3), InlineData(1e6), InlineData(100e6)]
    public void The_best_large_hierarchy_contains_the_best_small_ones(double bytes)
    {
        // Ranks joined alike, so that a part of the machine looks like the whole. Times and not names are compared, because of ties.
        var link = new Link("network", 2e-5, 1e-9);
        foreach (var ranks in new[] { 16, 24, 36, 60, 64, 96 })
        {
            var best = HierarchySearch.Exhaustive(Topology.Flat(ranks, link), bytes)[0].Hierarchy;
            for (var levels = 1; levels < best.Count; levels++)
            {
                var inner = new Hierarchy(best.Take(levels));
                var small = HierarchySearch.Exhaustive(Topology.Flat(inner.Ranks, link), bytes)[0];
                Assert.Equal(
                    small.Seconds, CollectiveTime.Seconds(Topology.Flat(inner.Ranks, link), Collective.AllReduce, inner, bytes), 1e-12);
            }
        }
    }

    [Fact]
    public void The_larger_the_message_the_fewer_the_levels()
    {
        var levels = Sizes.Select(bytes => HierarchySearch.Pruned(Topology.Hosts(16, 4, Memory, Network), bytes).Hierarchy.Count).ToArray();
        Assert.Equal(levels.OrderDescending(), levels);
        Assert.Equal((6, 1), (levels[0], levels[^1])); // all levels of two; one ring, which leaves each host once
    }

    [Fact]
    public void One_rank_has_one_hierarchy() => Assert.Empty(HierarchySearch.Pruned(Topology.Flat(1, Memory), 1e6).Hierarchy);
}
