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

    [Fact]
    public void A_leaf_gives_each_example_its_share_of_the_leafs_weight()
    {
        // One tree that splits x at some threshold; on the left all weigh 10, on the right 1 to 3: leaves count the same all the same.
        double[] weights = [.. Enumerable.Range(0, 40).Select(i => i < 20 ? 10.0 : 1 + i % 3)];
        var forest = new QuantileForest(
            [.. weights.Select(w => new[] { w < 10 ? 1.0 : 0.0 })], [.. weights.Select(w => w < 10 ? 1.0 : 0.0)],
            weights, new int[40], trees: 1, seed: 1, leastLeaf: 20);

        var at = forest.WeightsFor([1.0]);

        Assert.Equal(1, at.Sum(), 9);
        Assert.All(Enumerable.Range(20, 20), i => Assert.Equal(weights[i] / weights[20..].Sum(), at[i], 9));
    }

    [Fact]
    public void Trees_count_the_same_whatever_their_leaves_weigh()
    {
        // Groups 0 and 1 stand at the same place; each tree knows one or both. Weights of 100 in one group must not outvote its trees.
        double[] labels = [.. Enumerable.Range(0, 90).Select(i => (double)(i % 3))];
        var forest = new QuantileForest(
            [.. labels.Select(_ => new[] { 0.0 })], labels, [.. Enumerable.Range(0, 90).Select(i => i % 3 == 0 ? 100.0 : 1.0)],
            [.. Enumerable.Range(0, 90).Select(i => i % 3)], trees: 400, seed: 2);

        // A tree without group 0 gives it nothing and the others half each: a quarter of the trees.
        var share = Enumerable.Range(0, 90).Where(i => i % 3 != 0).Sum(i => forest.WeightsFor([0.0])[i]);
        Assert.InRange(share, 0.2, 0.3);
    }
}
