namespace AutoSelect.Selection.History;

/// <summary>
/// P(target), and when: learned from runs that had a target and had not reached it at the cut. Two forests, one of features in distances to
/// the target and one in the curve's own unit, predict the share of that distance that is left at the end, 0 for runs that arrive; their
/// leaves tell the share of like runs that arrived. The share is corrected by what it was worth for families that the trees never saw.
/// </summary>
internal sealed class TargetOdds
{
    private const int Trees = 60;
    private const int Fewest = 40;

    private readonly CutExample[] examples;
    private readonly GainEncoding encoding = new();
    private readonly QuantileForest byDistance, byUnit;
    private readonly FrozenRuns frozen;
    private readonly LogisticCalibration calibration;
    private readonly double frozenOdds;
    private readonly int[] byArrival;

    private TargetOdds(CutExample[] open)
    {
        examples = open;
        frozen = new FrozenRuns([.. open.Select(e => e.Situation.IsFrozen)]);
        // A fiftieth where history has none; every frozen run that is known counts.
        frozenOdds = (open.Count(e => e.Situation.IsFrozen && e.Arrives) + 0.5) / (frozen.Count + 25);
        byArrival = [.. Enumerable.Range(0, open.Length).Where(i => open[i].Arrives).OrderBy(i => open[i].Curve.HitAt)];
        double[] labels = [.. open.Select(DistanceLeft)];
        for (var i = 0; i < open.Length; i++) encoding.Add(open[i].Curve, labels[i], open[i].FinalRank);
        // A run that moves little on the way that it has to go tells little of arriving.
        double[] weights = [.. open.Select(e => Math.Clamp((e.Situation.Last - e.Curve.Target!.Value) / e.Curve.Spread, 0.2, 2))];
        var groups = CutExample.Groups(open);
        QuantileForest Grow(Func<CutExample, double[]> features, ulong seed) =>
            new([.. open.Select(features)], labels, weights, groups, Trees, seed);
        byDistance = Grow(e => Features(e.Situation.TargetFeatures, e), 20261125);
        byUnit = Grow(e => Features(e.Situation.Features, e), 77);
        calibration = Calibrate(groups);
    }

    /// <summary>Null where fewer than 40 runs were on their way to a target, or either all or none came there.</summary>
    public static TargetOdds? Learn(IEnumerable<CutExample> examples)
    {
        CutExample[] open = [.. examples.Where(e => e.Situation.IsOpen)];
        return open.Length < Fewest || open.All(e => e.Arrives) || !open.Any(e => e.Arrives) ? null : new TargetOdds(open);
    }

    /// <summary>What is known of a curve that has not reached its target.</summary>
    public Arrival ForCurve(CurveSituation situation, string key, string algorithm, string workload, string family)
    {
        double[] known = encoding.Encode(key, algorithm, workload, family, situation);
        var weights = Weights([.. situation.TargetFeatures, .. known], [.. situation.Features, .. known], situation.IsFrozen);
        var share = Share(weights);
        return new Arrival(
            situation.IsFrozen ? frozenOdds : calibration.Apply(share),
            [.. byArrival.Where(i => weights[i] > 0).Select(i => (examples[i].Curve.HitAt, weights[i]))]);
    }

    private static double DistanceLeft(CutExample e)
    {
        var target = e.Curve.Target!.Value;
        return e.Arrives ? 0 : Math.Clamp((e.Curve.Last - target) / (e.Situation.Last - target), 0.001, 1.5);
    }

    private double[] Features(double[] seen, CutExample e) =>
        [.. seen, .. encoding.Encode(e.Curve.Key, e.Curve.Source.Algorithm, e.Curve.Source.Workload, e.Curve.Source.Family, e.Situation)];

    private double[] Weights(double[] distances, double[] units, bool isFrozen, int without = -1)
    {
        var (weights, other) = (byDistance.WeightsFor(distances, without), byUnit.WeightsFor(units, without));
        for (var i = 0; i < weights.Length; i++) weights[i] = (weights[i] + other[i]) / 2;
        return frozen.Separate(weights, isFrozen);
    }

    private double Share(double[] weights)
    {
        var share = 0.0;
        foreach (var i in byArrival) share += weights[i];
        return share;
    }

    /// <summary>
    /// Each example by the trees that never saw its family; workloads count the same, as some have many families of few runs.
    /// </summary>
    private LogisticCalibration Calibrate(int[] groups)
    {
        var counts = examples.CountBy(e => e.Curve.Source.Workload).ToDictionary();
        var outcomes = new List<(double, bool, double)>();
        for (var i = 0; i < examples.Length; i += 2)
        {
            var e = examples[i];
            if (e.Situation.IsFrozen) continue;
            var weights = Weights(
                Features(e.Situation.TargetFeatures, e), Features(e.Situation.Features, e), isFrozen: false, without: groups[i]);
            if (weights.Sum() > 0.5) outcomes.Add((Share(weights), e.Arrives, 1.0 / counts[e.Curve.Source.Workload]));
        }
        return LogisticCalibration.Fit(outcomes);
    }
}

/// <summary>Whether and when the target comes.</summary>
/// <param name="Probability">Of its coming within the horizon.</param>
/// <param name="When">Fractions of the horizon at which it came to like runs that arrived, ascending, with their weights.</param>
internal sealed record Arrival(double Probability, (double At, double Weight)[] When)
{
    /// <summary>Quantiles of the fraction of the horizon at which the target comes, given that it does.</summary>
    /// <param name="probabilities">Ascending.</param>
    public double[] Times(ReadOnlySpan<double> probabilities)
    {
        var result = new double[probabilities.Length];
        var total = When.Sum(w => w.Weight);
        var (cumulated, k) = (0.0, 0);
        for (var i = 0; i < result.Length; i++)
        {
            while (k < When.Length - 1 && cumulated + When[k].Weight < probabilities[i] * total) cumulated += When[k++].Weight;
            result[i] = When.Length == 0 ? 1 : When[k].At;
        }
        return result;
    }
}
