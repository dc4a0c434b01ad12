using AutoSelect.Campaigns.Samplers;
using AutoSelect.Campaigns.Spaces;

namespace AutoSelect.Campaigns.Tests.Samplers;

public sealed class PointSamplingTests
{
    private static readonly CampaignSpace Space = new(
    [
        new CampaignParameter { Key = "a", Minimum = 0, Maximum = 1 },
        new CampaignParameter { Key = "b", Choices = ["x", "y"] },
    ]);

    [Theory]
    [InlineData("Random")]
    [InlineData("QuasiRandom")]
    [InlineData("Tpe")]
    public void The_same_question_gets_the_same_answer_and_another_seed_another(string kind)
    {
        string Points(long seed)
        {
            var known = new List<SampledPoint>();
            while (known.Count < 30)
            {
                var values = PointSampling.Next(Space, Enum.Parse<SearchKind>(kind), seed, known)!.Value;
                known.Add(new SampledPoint(Space.SharesOf(values), known.Count % 7));
            }
            return string.Join(' ', known.Select(k => $"{k.Shares[0]:0.0000}{k.Shares[1]:0.0}"));
        }
        Assert.Equal(Points(1), Points(1));
        Assert.NotEqual(Points(1), Points(2));
    }

    [Fact]
    public void A_grid_ends()
    {
        Assert.Equal(["0", "x"], PointSampling.Next(Space, SearchKind.Grid, 1, Known(0))!.Value);
        Assert.Equal(["1", "y"], PointSampling.Next(Space, SearchKind.Grid, 1, Known(5))!.Value);
        Assert.Null(PointSampling.Next(Space, SearchKind.Grid, 1, Known(6)));
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 3)]
    [InlineData(2, 5)]
    [InlineData(11, 37)]
    public void A_scrambled_halton_sequence_has_one_element_in_every_stretch(int dimension, int radix)
    {
        foreach (var seed in new[] { 1, 2 })
        {
            var first = Enumerable.Range(0, radix * radix).Select(i => ScrambledHalton.At(i, dimension, seed)).ToList();
            Assert.Equal(Enumerable.Range(0, radix * radix), first.Select(x => (int)(x * radix * radix)).Order());
        }
        Assert.NotEqual(ScrambledHalton.At(0, dimension, 1), ScrambledHalton.At(0, dimension, 2));
    }

    private static SampledPoint[] Known(int count) => [.. Enumerable.Range(0, count).Select(_ => new SampledPoint([0, 0], 0))];
}
