using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Selection.History;

/// <summary>
/// A quantile regression forest (Meinshausen, 2006) of extremely randomised trees (Geurts, Ernst and Wehenkel, 2006): every
/// example keeps the weight that the leaves give it, so a prediction is a whole distribution over what happened in like
/// situations. Each tree is grown on a part of the groups, so that an example can be predicted by the trees that never
/// saw its group. Deterministic for a seed.
/// </summary>
internal sealed class QuantileForest
{
    private const double GroupShare = 0.75;

    /// <summary>Features that are tried at a node, of all.</summary>
    private const double TriedShare = 0.8;

    private readonly double[][] features;
    private readonly double[] labels, weights;
    private readonly Tree[] trees;
    private readonly int leastLeaf;

    /// <param name="features">[n][d].</param>
    /// <param name="labels">[n].</param>
    /// <param name="weights">[n], at least 0: how much an example counts.</param>
    /// <param name="groups">[n]; whole groups are left out of single trees.</param>
    /// <param name="leastLeaf">Examples that a leaf holds at least.</param>
    public QuantileForest(
        double[][] features, double[] labels, double[] weights, int[] groups, int trees, ulong seed, int leastLeaf = 8)
    {
        (this.features, this.labels, this.weights, this.leastLeaf) = (features, labels, weights, leastLeaf);
        Groups = groups;
        var numbers = new SeededNumbers(seed);
        var count = groups.Max() + 1;
        this.trees = new Tree[trees];
        for (var t = 0; t < trees; t++)
        {
            var kept = new bool[count];
            for (var g = 0; g < count; g++) kept[g] = count < 3 || numbers.Uniform() < GroupShare;
            if (!Array.Exists(kept, k => k)) kept[numbers.Below(count)] = true;
            int[] rows = [.. Enumerable.Range(0, labels.Length).Where(i => kept[groups[i]])];
            this.trees[t] = new Tree(kept, Grow(rows, numbers, 0));
        }
        Order = [.. Enumerable.Range(0, labels.Length).OrderBy(i => labels[i])];
    }

    public int[] Groups { get; }

    /// <summary>Examples by ascending label.</summary>
    public int[] Order { get; }

    /// <summary>
    /// Weight of every example in the prediction for these features: its share of each leaf's weight, averaged over the trees; sums to 1.
    /// </summary>
    /// <param name="without">Group whose trees must not have seen it; −1 asks all trees.</param>
    public double[] WeightsFor(double[] at, int without = -1)
    {
        var result = new double[labels.Length];
        var total = 0.0;
        foreach (var tree in trees)
        {
            if (without >= 0 && tree.Kept[without]) continue;
            var rows = Leaf(tree.Root, at);
            var leaf = 0.0;
            foreach (var row in rows) leaf += weights[row];
            if (!(leaf > 0)) continue;
            foreach (var row in rows)
            {
                result[row] += weights[row] / leaf;
                total += weights[row] / leaf;
            }
        }
        if (total > 0) for (var i = 0; i < result.Length; i++) result[i] /= total;
        return result;
    }

    /// <summary>Quantiles of the labels under weights that sum to 1.</summary>
    /// <param name="probabilities">Ascending.</param>
    public double[] Quantiles(double[] under, ReadOnlySpan<double> probabilities)
    {
        var result = new double[probabilities.Length];
        var (cumulated, k) = (0.0, 0);
        foreach (var row in Order)
        {
            cumulated += under[row];
            while (k < result.Length && cumulated >= probabilities[k]) result[k++] = labels[row];
            if (k == result.Length) break;
        }
        for (; k < result.Length; k++) result[k] = labels[Order[^1]];
        return result;
    }

    private static int[] Leaf(Node node, double[] at)
    {
        while (node.Rows is null) node = at[node.Feature] <= node.Threshold ? node.Left! : node.Right!;
        return node.Rows;
    }

    private Node Grow(int[] rows, SeededNumbers numbers, int depth)
    {
        if (rows.Length < 2 * leastLeaf || depth > 30) return new Node { Rows = rows };
        var (best, feature, threshold) = (0.0, -1, 0.0);
        var width = features[0].Length;
        for (var tries = Math.Max(Math.Min(width, 3), (int)(TriedShare * width)); tries > 0; tries--)
        {
            var j = numbers.Below(width);
            var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
            foreach (var row in rows)
            {
                var value = features[row][j];
                if (value < low) low = value;
                if (value > high) high = value;
            }
            if (!(high > low)) continue;
            var at = low + numbers.Uniform() * (high - low);
            var score = Score(rows, j, at);
            if (score > best) (best, feature, threshold) = (score, j, at);
        }
        if (feature < 0) return new Node { Rows = rows };
        return new Node
        {
            Feature = feature,
            Threshold = threshold,
            Left = Grow(Array.FindAll(rows, r => features[r][feature] <= threshold), numbers, depth + 1),
            Right = Grow(Array.FindAll(rows, r => features[r][feature] > threshold), numbers, depth + 1),
        };
    }

    /// <summary>Weighted variance that a split explains; 0 where a side has too few examples.</summary>
    private double Score(int[] rows, int feature, double threshold)
    {
        double leftWeight = 0, leftSum = 0, weight = 0, sum = 0;
        var left = 0;
        foreach (var row in rows)
        {
            var (w, y) = (weights[row], labels[row]);
            weight += w;
            sum += w * y;
            if (features[row][feature] > threshold) continue;
            leftWeight += w;
            leftSum += w * y;
            left++;
        }
        if (left < leastLeaf || rows.Length - left < leastLeaf || !(leftWeight > 0) || !(weight - leftWeight > 1e-12)) return 0;
        var rightSum = sum - leftSum;
        return leftSum * leftSum / leftWeight + rightSum * rightSum / (weight - leftWeight) - sum * sum / weight + 1e-12;
    }

    private sealed record Tree(bool[] Kept, Node Root);

    private sealed class Node
    {
        public int[]? Rows { get; init; }
        public int Feature { get; init; }
        public double Threshold { get; init; }
        public Node? Left { get; init; }
        public Node? Right { get; init; }
    }
}
