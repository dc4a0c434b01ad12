using AutoSelect.Campaigns.Spaces;

namespace AutoSelect.Campaigns.Tests.Spaces;

public sealed class CampaignSpaceTests
{
    private static readonly CampaignParameter Width =
        new() { Key = "width", Minimum = 16, Maximum = 256, IsLogarithmic = true, IsInteger = true, GridPoints = 5 };

    private static readonly CampaignParameter Depth = new() { Key = "depth", Minimum = 1, Maximum = 3, IsInteger = true };
    private static readonly CampaignParameter Rate = new() { Key = "rate", Minimum = 0.001, Maximum = 0.1, IsLogarithmic = true };
    private static readonly CampaignParameter Kind = new() { Key = "kind", Choices = ["a", "b", "c"] };

    [Fact]
    public void A_share_is_a_place_on_the_scale()
    {
        Assert.Equal("0.01", Rate.At(0.5));
        Assert.Equal(["1", "1", "2", "3", "3"], new[] { 0, 0.33, 0.5, 0.67, 0.9999 }.Select(Depth.At));
        Assert.Equal(["a", "b", "c", "c"], new[] { 0, 0.4, 0.7, 1.0 }.Select(Kind.At));
        Assert.Equal(["16", "63", "256"], new[] { 0, 0.5, 0.9999 }.Select(Width.At));
    }

    [Fact]
    public void Every_value_has_a_share_that_gives_it_back()
    {
        foreach (var parameter in new[] { Width, Depth, Rate, Kind })
            foreach (var share in Enumerable.Range(0, 50).Select(i => (i + 0.5) / 50))
                Assert.Equal(parameter.At(share), parameter.At(parameter.ShareOf(parameter.At(share))));
    }

    [Fact]
    public void The_stretches_of_integers_cover_all_shares()
    {
        Assert.Equal((0, 1.0 / 3), Depth.Stretch(1));
        Assert.Equal(1, Depth.Stretch(3).To);
        Assert.Equal(Width.Stretch(16).To, Width.Stretch(17).From, 12);
    }

    [Fact]
    public void A_value_that_is_none_is_told_with_the_rule() => Assert.Contains(
        "kind is 'd': it must be one of a, b, c", Assert.Throws<ArgumentException>(() => Kind.ShareOf("d")).Message);

    [Fact]
    public void A_grid_has_every_combination_once_and_the_last_parameter_changes_first()
    {
        var space = new CampaignSpace([Width, Kind]);
        Assert.Equal(["16", "32", "64", "128", "256"], Width.Grid());
        Assert.Equal(15, space.GridSize());
        Assert.Equal(["16,a", "16,b", "16,c", "32,a"], Enumerable.Range(0, 4).Select(i => string.Join(',', space.GridAt(i)!.Value)));
        Assert.Equal(15, Enumerable.Range(0, 15).Select(i => string.Join(',', space.GridAt(i)!.Value)).Distinct().Count());
        Assert.Null(space.GridAt(15));
    }

    [Fact]
    public void Integers_are_written_out_and_rounding_stays_within_the_range()
    {
        var seed = new CampaignParameter { Key = "seed", Minimum = 1, Maximum = 10_000_000, IsInteger = true };
        Assert.Equal("2340541", seed.At(0.2340540));
        Assert.Equal(10, (seed with { Minimum = 1_000_000, Maximum = 1_000_009, GridPoints = 10 }).Grid().Length);
        var share = new CampaignParameter { Key = "share", Minimum = 0.5, Maximum = 0.9999999 };
        Assert.Equal("0.9999999", share.At(1));
    }

    [Fact]
    public void A_grid_beyond_all_use_has_a_size_all_the_same() => Assert.Equal(
        1_000_000_000_000_000,
        new CampaignSpace([.. Enumerable.Range(0, 24).Select(i => Rate with { Key = $"r{i}", GridPoints = 1000 })]).GridSize());

    [Fact]
    public void A_distance_is_0_to_1_and_choices_are_alike_or_not()
    {
        var space = new CampaignSpace([Depth, Kind]);
        var (a, b) = (space.SharesOf(["1", "a"]), space.SharesOf(["1", "b"]));
        Assert.Equal(0, space.Distance(a, a));
        Assert.Equal(Math.Sqrt(0.5), space.Distance(a, b), 12);
        Assert.Equal(space.Distance(a, b), space.Distance(a, space.SharesOf(["1", "c"])), 12);
    }
}
