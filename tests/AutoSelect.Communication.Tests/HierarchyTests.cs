namespace AutoSelect.Communication.Tests;

public sealed class HierarchyTests
{
    // OEIS A074206: ordered factorisations of 1, 2, 3, ...
    [Theory]
    [InlineData(1, 1), InlineData(2, 1), InlineData(4, 2), InlineData(6, 3), InlineData(8, 4),
        InlineData(12, 8), InlineData(24, 20), InlineData(30, 13), InlineData(48, 48), InlineData(1024, 512)]
    public void All_ordered_factorisations_are_found_once(int ranks, int expected)
    {
        var all = Hierarchy.All(ranks).ToArray();
        Assert.Equal(expected, all.Length);
        Assert.Equal(expected, all.Distinct().Count());
        Assert.All(all, h => Assert.Equal(ranks, h.Aggregate(1, (product, size) => product * size)));
    }

    [Fact]
    public void The_two_ends_are_the_ring_and_the_primes()
    {
        Assert.Equal([12], Hierarchy.Ring(12));
        Assert.Equal([2, 2, 3], Hierarchy.Finest(12));
        Assert.Equal([2, 2, 2], Hierarchy.Finest(8));
        Assert.Equal([7], Hierarchy.Finest(7));
        Assert.Empty(Hierarchy.Ring(1));
    }

    [Fact]
    public void Containing_is_beginning_with()
    {
        var large = new Hierarchy(2, 3, 4);
        Assert.True(large.Contains(new Hierarchy(2, 3)));
        Assert.True(large.Contains(Hierarchy.Ring(1)));
        Assert.False(large.Contains(new Hierarchy(3, 2)));
        Assert.False(large.Contains(large.With(2)));
        Assert.NotEqual(new Hierarchy(3, 2), new Hierarchy(2, 3));
    }

    [Fact]
    public void A_level_of_one_rank_is_refused() =>
        Assert.Contains("1 ranks", Assert.Throws<ArgumentException>(() => new Hierarchy(4, 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void Measurements_are_read_from_lines_of_json()
    {
        const string Lines = """
            {"ranks":4,"hierarchy":[2,2],"bytes":1048576,"seconds":0.00123,"transport":"tcp"}

            {"ranks":4,"hierarchy":[4],"bytes":1048576,"seconds":0.002,"transport":"tcp","collective":"allGather"}
            """;
        var read = CollectiveMeasurement.Parse(Lines);
        Assert.Equal(
            new CollectiveMeasurement { Ranks = 4, Hierarchy = new Hierarchy(2, 2), Bytes = 1048576, Seconds = 0.00123, Transport = "tcp" },
            read[0]);
        Assert.Equal(Collective.AllGather, read[1].Collective);
        Assert.Equal(read[1], CollectiveMeasurement.Parse(read[1].ToJson()).Single());
    }

    [Fact]
    public void A_line_that_is_no_measurement_is_named() =>
        Assert.StartsWith("Line 2", Assert.Throws<FormatException>(() => CollectiveMeasurement.Parse("\n{\"ranks\":4}")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Parts_cover_everything_once()
    {
        foreach (var count in new[] { 0, 1, 15, 16, 17, 1000, int.MaxValue })
            foreach (var parts in new[] { 1, 2, 3, 7, 1024 })
            {
                Assert.Equal(0, Partition.Start(count, parts, 0));
                Assert.Equal(count, Partition.Start(count, parts, parts));
                for (var part = 0; part < parts; part++)
                    Assert.InRange(Partition.Start(count, parts, part), 0, Partition.Start(count, parts, part + 1));
            }
    }
}
