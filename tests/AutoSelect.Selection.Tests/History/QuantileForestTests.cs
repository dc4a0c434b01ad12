using AutoSelect.Selection.Forecasting;
using AutoSelect.Selection.History;

namespace AutoSelect.Selection.Tests;

public sealed class QuantileForestTests
{
    [Fact]
    public void Quantiles_follow_the_features()
    {
        // y is uniform on [10 x₀, 10 x₀ + 1 + 4 x₀]; x₁ means nothing.
        var numbers = new SeededNumbers(3);
        var features = Enumerable.Range(0, 2000).Select(_ => new[] { numbers.Uniform(), numbers.Uniform() }).ToArray();
        var labels = features.Select(f => 10 * f[0] + (1 + 4 * f[0]) * numbers.Uniform()).ToArray();
        var forest = new QuantileForest(features, labels, [.. labels.Select(_ => 1.0)], [.. labels.Select((_, i) => i % 10)], 60, seed: 1);

        foreach (var x in new[] { 0.2, 0.5, 0.8 })
        {
            var weights = forest.WeightsFor([x, 0.5]);
            var q = forest.Quantiles(weights, [0.05, 0.5, 0.95]);
            Assert.Equal(1, weights.Sum(), 9);
            Assert.Equal(10 * x + 0.5 * (1 + 4 * x), q[1], 0.5);
            Assert.Equal(0.9 * (1 + 4 * x), q[2] - q[0], 0.9);
        }
    }

    [Fact]
    public void A_group_can_be_predicted_by_trees_that_never_saw_it()
    {
        // Group 2 alone has labels of 100: without it nobody would expect them.
        var features = Enumerable.Range(0, 300).Select(i => new[] { i % 3 == 2 ? 1.0 : 0.0 }).ToArray();
        double[] labels = [.. Enumerable.Range(0, 300).Select(i => i % 3 == 2 ? 100.0 : 0.0)];
        var forest = new QuantileForest(
            features, labels, [.. labels.Select(_ => 1.0)], [.. Enumerable.Range(0, 300).Select(i => i % 3)], 40, seed: 1);

        Assert.Equal([100.0], forest.Quantiles(forest.WeightsFor([1.0]), [0.5]));
        Assert.Equal([0.0], forest.Quantiles(forest.WeightsFor([1.0], without: 2), [0.5]));
    }

    [Fact]
    public void Equal_seeds_grow_equal_forests()
    {
        var numbers = new SeededNumbers(5);
        var features = Enumerable.Range(0, 200).Select(_ => new[] { numbers.Uniform(), numbers.Uniform() }).ToArray();
        double[] labels = [.. features.Select(f => f[0] * f[1])];
        QuantileForest Grow(ulong seed) =>
            new(features, labels, [.. labels.Select(_ => 1.0)], [.. labels.Select((_, i) => i % 5)], 10, seed);

        Assert.Equal(Grow(7).WeightsFor([0.3, 0.6]), Grow(7).WeightsFor([0.3, 0.6]));
        Assert.NotEqual(Grow(7).WeightsFor([0.3, 0.6]), Grow(8).WeightsFor([0.3, 0.6]));
    }
}
