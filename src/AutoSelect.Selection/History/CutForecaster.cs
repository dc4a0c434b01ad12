namespace AutoSelect.Selection.History;

/// <summary>What was learned of curves seen up to one fraction of their horizon.</summary>
internal sealed class CutForecaster
{
    private const int Trees = 60;

    /// <summary>
    /// Probability of the intervals that the widening is fitted for, a little more than asked since unseen families differ more.
    /// </summary>
    private const double Covered = 0.925;

    private readonly QuantileForest forest;
    private readonly GainEncoding encoding;
    private readonly Example[] examples;
    private readonly int[] byArrival;

    /// <summary>True when the ends of other runs of a workload tell the end of one better than the forest does.</summary>
    private readonly bool endsAreBest;

    private CutForecaster(double cut, Example[] examples, GainEncoding encoding, QuantileForest forest)
    {
        (Cut, this.examples, this.encoding, this.forest) = (cut, examples, encoding, forest);
        byArrival = [.. Enumerable.Range(0, examples.Length).Where(i => examples[i].Curve.Target is not null)
            .OrderBy(i => examples[i].Curve.HitAt)];
        var atHome = OutOfFold(known: true).ToArray();
        endsAreBest = EndsAreBest(atHome);
        (WideningElsewhere, WideningAtHome) = (Widening(OutOfFold(known: false), byEnds: false), Widening(atHome, endsAreBest));
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
                var situation = CurveSituation.FromValues(
                    curve.X.AsSpan(0, count), curve.Z.AsSpan(0, count), curve.Target, IsShare(curve), standing);
                examples.Add(new Example(curve, situation, situation.GainTo(curve.Last)));
                encoding.Add(
                    curve, situation.GainTo(curve.Last), ranked.Length < 2 ? 0.5 : Array.IndexOf(ranked, curve) / (ranked.Length - 1.0));
            }
        }
        return new CutForecaster(cut, [.. examples], encoding, Forest(examples, encoding));
    }

    public static bool IsShare(HistoryCurve curve) => curve.Source.Direction == Contracts.Direction.Maximize;

    /// <summary>The forecast for a curve that was seen up to the cut.</summary>
    public CutForecast Forecast(CurveSituation situation, string key, string algorithm, string workload, string family)
    {
        var weights = forest.WeightsFor([.. situation.Features, .. encoding.Encode(key, algorithm, workload, family, situation)]);
        return new CutForecast(this, situation, weights, encoding.EndsElsewhere(workload, family));
    }

    /// <summary>The final value as quantiles, from the worst to the best, widened until intervals cover.</summary>
    /// <param name="home">Where runs of the same workload ended, ascending; empty for a workload never seen.</param>
    public double[] Ends(CurveSituation situation, double[] weights, double[] home, ReadOnlySpan<double> probabilities)
    {
        var factor = home.Length > 0 ? WideningAtHome : WideningElsewhere;
        if (home.Length > 0 && endsAreBest) return Widened(HomeEnds(home, probabilities), factor);
        return Array.ConvertAll(Widened(forest.Quantiles(weights, probabilities), factor), situation.ValueAt);
    }

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

    private static double[] HomeEnds(double[] home, ReadOnlySpan<double> probabilities)
    {
        var ends = new double[probabilities.Length];
        for (var i = 0; i < ends.Length; i++) ends[i] = SortedValues.At(home, 1 - probabilities[i]);
        return ends;
    }

    private static double[] Widened(double[] quantiles, double factor)
    {
        var middle = SortedValues.At(quantiles, 0.5);
        for (var i = 0; i < quantiles.Length; i++) quantiles[i] = middle + factor * (quantiles[i] - middle);
        return quantiles;
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
        encoding.Encode(e.Curve.Key, e.Curve.Source.Algorithm, e.Curve.Source.Workload, e.Curve.Source.Family, e.Situation);

    /// <summary>
    /// Split-conformal widening: each example is predicted by the trees that never saw its family; the factor is the quantile of its
    /// distance from the median, in half-widths of the 90 % interval. Every workload counts the same.
    /// </summary>
    /// <param name="byEnds">Whether the ends of other runs are the forecast, or the forest.</param>
    private double Widening(IEnumerable<OutOfFoldExample> outOfFold, bool byEnds)
    {
        double[] probabilities = [0.05, 0.5, 0.95];
        var scores = new List<(double Score, string Workload)>();
        foreach (var (example, weights, home) in outOfFold)
        {
            var (q, actual) = byEnds ? (HomeEnds(home, probabilities), example.Curve.Last)
                : (forest.Quantiles(weights, probabilities), example.Gain);
            var above = (actual >= q[1]) == (q[2] >= q[1]);
            var (off, width) = (Math.Abs(actual - q[1]), Math.Abs((above ? q[2] : q[0]) - q[1]));
            scores.Add((off / Math.Max(1e-9, width), example.Curve.Source.Workload));
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

    private bool EndsAreBest(IEnumerable<OutOfFoldExample> atHome)
    {
        var (forests, ends) = (0.0, 0.0);
        foreach (var (example, weights, home) in atHome)
        {
            double Error(double value) => Math.Abs(value - example.Curve.Last) / example.Curve.Spread;
            forests += Error(example.Situation.ValueAt(forest.Quantiles(weights, [0.5])[0]));
            ends += Error(SortedValues.At(home, 0.5));
        }
        return ends < forests;
    }

    /// <summary>
    /// Examples with the weights of the trees that never saw their family, and the ends of other families' runs of their workload.
    /// </summary>
    /// <param name="known">Whether such runs are known.</param>
    private IEnumerable<OutOfFoldExample> OutOfFold(bool known)
    {
        for (var i = 0; i < examples.Length; i += examples.Length > 1500 ? 2 : 1)
        {
            var source = examples[i].Curve.Source;
            var home = encoding.EndsElsewhere(source.Workload, source.Family);
            if (home.Length > 0 != known) continue;
            var weights = forest.WeightsFor([.. examples[i].Situation.Features, .. Encode(encoding, examples[i])], forest.Groups[i]);
            if (weights.Sum() > 0.5) yield return new(examples[i], weights, home);
        }
    }

    private sealed record OutOfFoldExample(Example Example, double[] Weights, double[] Home);

    private sealed record Example(HistoryCurve Curve, CurveSituation Situation, double Gain);
}
