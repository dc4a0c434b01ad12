namespace AutoSelect.Selection;

/// <summary>What was learned of curves seen up to one fraction of their horizon.</summary>
internal sealed class CutForecaster
{
    private const int Trees = 60;

    /// <summary>Probability of the intervals that the widening is fitted for, a little more than asked since unseen families differ more.</summary>
    private const double Covered = 0.925;

    private readonly QuantileForest forest;
    private readonly GainEncoding encoding;
    private readonly Example[] examples;
    private readonly int[] byArrival;

    private CutForecaster(double cut, Example[] examples, GainEncoding encoding, QuantileForest forest)
    {
        (Cut, this.examples, this.encoding, this.forest) = (cut, examples, encoding, forest);
        byArrival = [.. Enumerable.Range(0, examples.Length).Where(i => examples[i].Curve.Target is not null).OrderBy(i => examples[i].Curve.HitAt)];
        (WideningElsewhere, WideningAtHome) = (Widening(known: false), Widening(known: true));
    }

    public double Cut { get; }

    /// <summary>Factor on the distance from the median that makes intervals cover, for workloads never seen.</summary>
    public double WideningElsewhere { get; }

    /// <summary>The same for workloads of which earlier runs are known.</summary>
    public double WideningAtHome { get; }

    /// <summary>Null when too few curves reach beyond the cut.</summary>
    public static CutForecaster? Learn(IReadOnlyList<HistoryCurve> curves, double cut)
    {
        var seen = curves.Select(c => (Curve: c, Count: c.Seen(cut))).Where(s => s.Count > 0 && s.Curve.X[^1] > cut).ToArray();
        if (seen.Length < 40) return null;
        var encoding = new GainEncoding();
        var examples = new List<Example>(seen.Length);
        foreach (var problem in seen.GroupBy(s => s.Curve.Source.Problem))
        {
            var standing = new ProblemStanding(problem.Select(s => s.Curve.Z[s.Count - 1]));
            var ranked = problem.Select(s => s.Curve).OrderBy(c => c.HitAt).ThenBy(c => c.Last).ToArray();
            foreach (var (curve, count) in problem)
            {
                var situation = CurveSituation.Of(curve.X.AsSpan(0, count), curve.Z.AsSpan(0, count), curve.Target, IsShare(curve), standing);
                examples.Add(new Example(curve, situation, situation.GainTo(curve.Last)));
                encoding.Add(curve, situation.GainTo(curve.Last), ranked.Length < 2 ? 0.5 : Array.IndexOf(ranked, curve) / (ranked.Length - 1.0));
            }
        }
        return new CutForecaster(cut, [.. examples], encoding, Forest(examples, encoding));
    }

    public static bool IsShare(HistoryCurve curve) => curve.Source.Direction == Contracts.Direction.Maximize;

    /// <summary>Weight of every example for a situation; what <see cref="Gains"/> and <see cref="ArrivesAt"/> read.</summary>
    public double[] WeightsFor(CurveSituation situation, string key, string algorithm, string workload, string family) =>
        forest.WeightsFor([.. situation.Features, .. encoding.Of(key, algorithm, workload, family, situation)]);

    /// <summary>The final value's gain as quantiles, widened until intervals cover.</summary>
    public double[] Gains(double[] weights, bool atHome, ReadOnlySpan<double> probabilities)
    {
        var quantiles = forest.Quantiles(weights, probabilities);
        var middle = SortedValues.At(quantiles, 0.5);
        var factor = atHome ? WideningAtHome : WideningElsewhere;
        for (var i = 0; i < quantiles.Length; i++) quantiles[i] = middle + factor * (quantiles[i] - middle);
        return quantiles;
    }

    /// <summary>True when earlier runs of the workload are known, other than those of the family.</summary>
    public bool Knows(string workload, string family) => encoding.Knows(workload, family);

    /// <summary>
    /// Fractions of the horizon at which like runs reached their target, as quantiles; infinite where they did not. Only runs with a
    /// target count; null when they are less than a fifth.
    /// </summary>
    /// <param name="probabilities">Ascending.</param>
    public double[]? ArrivesAt(double[] weights, ReadOnlySpan<double> probabilities)
    {
        var total = 0.0;
        foreach (var i in byArrival) total += weights[i];
        if (total < 0.2) return null;
        var result = new double[probabilities.Length];
        var (cumulated, k) = (0.0, 0);
        foreach (var i in byArrival)
        {
            cumulated += weights[i] / total;
            while (k < result.Length && cumulated >= probabilities[k]) result[k++] = examples[i].Curve.HitAt;
        }
        for (; k < result.Length; k++) result[k] = examples[byArrival[^1]].Curve.HitAt;
        return result;
    }

    private static QuantileForest Forest(List<Example> examples, GainEncoding encoding)
    {
        var families = examples.Select(e => (e.Curve.Source.Suite, e.Curve.Source.Family)).Distinct().ToList();
        return new QuantileForest(
            [.. examples.Select(e => (double[])[.. e.Situation.Features, .. Encode(encoding, e)])],
            [.. examples.Select(e => e.Gain)],
            // An error counts in the curve's own final spread, so a wide unit counts for more.
            [.. examples.Select(e => Math.Min(4, e.Situation.Unit / e.Curve.Spread))],
            [.. examples.Select(e => families.IndexOf((e.Curve.Source.Suite, e.Curve.Source.Family)))], Trees, seed: 20261125);
    }

    private static double[] Encode(GainEncoding encoding, Example e) =>
        encoding.Of(e.Curve.Key, e.Curve.Source.Algorithm, e.Curve.Source.Workload, e.Curve.Source.Family, e.Situation);

    /// <summary>
    /// Split-conformal widening: each example is predicted by the trees that never saw its family; the factor is the quantile of its
    /// distance from the median, in half-widths of the 90 % interval. Every workload counts the same.
    /// </summary>
    private double Widening(bool known)
    {
        double[] probabilities = [0.05, 0.5, 0.95];
        var scores = new List<(double Score, string Workload)>();
        for (var i = 0; i < examples.Length; i += examples.Length > 1500 ? 2 : 1)
        {
            var source = examples[i].Curve.Source;
            if (encoding.Knows(source.Workload, source.Family) != known) continue;
            var weights = forest.WeightsFor([.. examples[i].Situation.Features, .. Encode(encoding, examples[i])], forest.Groups[i]);
            if (!(weights.Sum() > 0.5)) continue;
            var q = forest.Quantiles(weights, probabilities);
            var (off, width) = examples[i].Gain >= q[1] ? (examples[i].Gain - q[1], q[2] - q[1]) : (q[1] - examples[i].Gain, q[1] - q[0]);
            scores.Add((off / Math.Max(1e-6, width), source.Workload));
        }
        if (scores.Count < 20) return 1.5;
        var counts = scores.CountBy(s => s.Workload).ToDictionary();
        var (cumulated, whole) = (0.0, (double)counts.Count);
        foreach (var (score, workload) in scores.OrderBy(s => s.Score))
        {
            cumulated += 1.0 / counts[workload];
            if (cumulated >= Covered * whole) return Math.Clamp(score, 0.7, 3);
        }
        return 3;
    }

    private sealed record Example(HistoryCurve Curve, CurveSituation Situation, double Gain);
}
