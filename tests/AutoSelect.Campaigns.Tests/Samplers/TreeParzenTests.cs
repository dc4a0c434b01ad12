using AutoSelect.Campaigns.Samplers;
using AutoSelect.Campaigns.Spaces;
using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Campaigns.Tests.Samplers;

/// <summary>Against numbers worked out by hand.</summary>
public sealed class TreeParzenTests
{
    [Theory]
    [InlineData(20, 2)]
    [InlineData(64, 2)]
    [InlineData(65, 3)]
    [InlineData(400, 5)]
    [InlineData(10_000, 25)]
    [InlineData(1_000_000, 25)]
    public void A_quarter_of_the_root_is_good_up_to_25(int points, int good) => Assert.Equal(good, TreeParzen.Good(points));

    [Fact]
    public void A_deviation_is_the_greater_distance_to_a_neighbour_within_its_limits()
    {
        // In order .1, .15, .5 (the prior), .9: distances .05 | .35 | .4; 4 parts, so 1/5 at least and 1 at most; the prior has 1.
        var estimator = new ParzenEstimator([0.9, 0.1, 0.15]);
        Assert.Equal([0.1, 0.15, 0.5, 0.9], estimator.Centres);
        Assert.Equal([0.2, 0.35, 1, 0.4], estimator.Deviations.Select(d => Math.Round(d, 12)));
    }

    [Fact]
    public void A_density_is_the_mean_of_normals_cut_off_at_the_ends()
    {
        // One observation at .25: deviation .25 beside the prior at .5, but at least 1/3. At .25 the observation has
        // .398942/.333333 = 1.196827 over Φ(2.25) − Φ(−.75) = .987776 − .226627 = .761148: 1.572396; the prior
        // φ(−.25)/1 = .386668 over Φ(.5) − Φ(−.5) = .382925: 1.009775. Their mean is 1.291086.
        var estimator = new ParzenEstimator([0.25]);
        Assert.Equal(1.291086, estimator.Density(0.25), 5);
        // Up to .25: (.5 − .226627)/.761148 = .359158 and (Φ(−.25) − Φ(−.5))/.382925 = (.401294 − .308538)/.382925 = .242230.
        Assert.Equal((0.359158 + 0.242230) / 2, estimator.Mass(0, 0.25), 5);
        Assert.Equal(1, estimator.Mass(0, 1), 6);
    }

    [Fact]
    public void Choices_have_one_for_the_prior_and_one_for_each_time_they_were_seen()
    {
        var kind = new CampaignParameter { Key = "kind", Choices = ["a", "b", "c"] };
        // a twice, c once: 3, 1 and 2 of 6.
        Assert.Equal([0.5, 1.0 / 6, 1.0 / 3], TreeParzen.Probabilities(kind, [1.0 / 6, 1.0 / 6, 5.0 / 6]));
    }

    [Fact]
    public void The_choice_with_the_greatest_ratio_is_taken()
    {
        // 20 points, 2 of them good, both b: l = (1, 3, 1)/5, g = (10, 1, 10)/21: b is 12.6, the others .42. Of 24 draws some are b.
        var space = new CampaignSpace([new CampaignParameter { Key = "kind", Choices = ["a", "b", "c"] }]);
        var known = Enumerable.Range(0, 20).Select(i => new SampledPoint([i < 2 ? 0.5 : i % 2 == 0 ? 0.1 : 0.9], i)).ToList();
        Assert.Equal(["b"], space.At(TreeParzen.Next(space, known, SeededNumbers.Named(1, "x"), [0.1])));
    }

    [Fact]
    public void Until_twenty_points_are_measured_the_start_is_taken()
    {
        var space = Line(isInteger: false);
        var known = Enumerable.Range(0, 30).Select(i => new SampledPoint([i / 30.0], i < 19 ? i : null)).ToList();
        Assert.Equal([0.123], TreeParzen.Next(space, known, SeededNumbers.Named(1, "x"), [0.123]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_comes_nearer_to_the_least_of_a_bowl_than_chance_does(bool isInteger)
    {
        double Mean(SearchKind kind)
        {
            var errors = new List<double>();
            for (var seed = 0; seed < 8; seed++)
            {
                var (space, known) = (Line(isInteger), new List<SampledPoint>());
                while (known.Count < 60)
                {
                    var values = PointSampling.Next(space, kind, seed, known)!.Value;
                    var share = space.SharesOf(values)[0];
                    known.Add(new SampledPoint([share], (share - 0.3) * (share - 0.3)));
                }
                errors.Add(known.Skip(20).Average(p => Math.Abs(p.Shares[0] - 0.3)));
            }
            return errors.Average();
        }
        Assert.InRange(Mean(SearchKind.Tpe) / Mean(SearchKind.Random), 0, 0.65);
    }

    [Fact]
    public void Points_that_are_still_trained_and_those_that_failed_count_among_the_others()
    {
        // Around .2 all is good; five that are under way there, and none elsewhere, send the next one away from just there.
        var space = Line(isInteger: false);
        var measured = Enumerable.Range(0, 24).Select(i => new SampledPoint([(i + 0.5) / 24], Math.Abs((i + 0.5) / 24 - 0.2))).ToList();
        double Next(IEnumerable<SampledPoint> more) => Enumerable.Range(0, 40).Average(seed => Math.Abs(
            TreeParzen.Next(space, [.. measured, .. more], SeededNumbers.Named(seed, "x"), [0.5])[0] - 0.2));
        SampledPoint[] Around(double? loss) => [.. Enumerable.Range(0, 5).Select(i => new SampledPoint([0.18 + 0.01 * i], loss))];
        Assert.True(Next(Around(null)) > Next([]));
        Assert.True(Next(Around(double.PositiveInfinity)) > Next([]));
    }

    private static CampaignSpace Line(bool isInteger) => new([new CampaignParameter
    {
        Key = "x", Minimum = 1, Maximum = isInteger ? 50 : 3, IsInteger = isInteger,
    }]);
}
