namespace AutoSelect.Communication.Tests;

public sealed class HierarchyTests
{
    [Theory]
    [InlineData(1, "1")]
    [InlineData(2, "2")]
    [InlineData(6, "2x3 3x2 6")]
    [InlineData(8, "2x2x2 2x4 4x2 8")]
    public void All_ordered_factorisations(int ranks, string expected) => Assert.Equal(expected, string.Join(' ', Hierarchy.All(ranks)));

    [Fact]
    public void A_level_of_one_is_refused() => Assert.Contains("not 1", Assert.Throws<ArgumentException>(() => new Hierarchy(2, 1)).Message);

    [Fact]
    public void Parts_cover_everything_once()
    {
        foreach (var count in new[] { 0, 1, 15, 16, 17, 1000, int.MaxValue })
            foreach (var parts in new[] { 1, 2, 3, 7, 1024 })
            {
                Assert.Equal(0, Partition.Start(count, parts, 0));
                Assert.Equal(count, Partition.Start(count, parts, parts));
                for (var part = 0; part < parts; part++) Assert.InRange(Partition.Start(count, parts, part), 0, Partition.Start(count, parts, part + 1));
            }
    }
}
