namespace AutoSelect.Selection.History;

/// <summary>What was learned of curves seen up to one fraction of their horizon.</summary>
internal sealed class CutForecaster
{
    private const int Trees = 60;

    /// <summary>Fraction of the horizon before which a curve tells so little that only many like it tell anything.</summary>
    private const double Early = 0.07;
    private const double MostWidening = 4;

    /// <summary>Spreads that an error counts for at most when the shrinkage is chosen, so that explosions do not choose it.</summary>
    private const double MostError = 2;

    /// <summary>
    /// Probability of the intervals that the widening is fitted for, a little more than asked since unseen families differ more.
    /// </summary>
    private const double Covered = 0.925;

    private readonly QuantileForest forest;
    private readonly GainEncoding encoding;
    private readonly CutExample[] examples;
    private readonly FrozenRuns frozen;
    private readonly TargetOdds? odds;
    private readonly OvershootScale overshoot;

    /// <summary>True when the ends of other runs of a workload tell the end of one better than the forest does.</summary>
    private readonly bool endsAreBest;

    /// <summary>Factor on the median gain.</summary>
    private readonly double shrinkage;

    private CutForecaster(double cut, CutExample[] examples, GainEncoding encoding)
    {
        (Cut, this.examples, this.encoding) = (cut, examples, encoding);
        forest = Forest(examples, encoding, cut);
        frozen = new FrozenRuns([.. examples.Select(e => e.Situation.IsFrozen)]);
        odds = TargetOdds.Learn(examples);
        overshoot = new OvershootScale(examples);
        var atHome = OutOfFold(known: true).ToArray();
        endsAreBest = EndsAreBest(atHome);
        var elsewhere = OutOfFold(known: false).ToArray();
        shrinkage = Shrinkage(elsewhere.Length > 0 ? elsewhere : atHome, forest);
        (WideningElsewhere, WideningAtHome) = (Widening(elsewhere, byEnds: false), Widening(atHome, endsAreBest));
    }

    public double Cut { get; }

    /// <summary>Factor on the distance from the median that makes intervals cover, for workloads never seen.</summary>
    public double WideningElsewhere { get; }

    /// <summary>The same for workloads of which earlier runs are known.</summary>
    public double WideningAtHome { get; }

    /// <summary>Null when too few curves reach beyond the cut.</summary>
    public static CutForecaster? Learn(IReadOnlyList<HistoryCurve> curves, double cut)
    {
        var examples = CutExample.FromCurves(curves, cut);
        if (examples.Length < 40) return null;
        var encoding = new GainEncoding();
        foreach (var example in examples) encoding.Add(example.Curve, example.Gain, example.FinalRank);
        return new CutForecaster(cut, examples, encoding);
    }

    public static bool IsShare(HistoryCurve curve) => curve.Source.Direction == Contracts.Direction.Maximize;

    /// <summary>The forecast for a curve that was seen up to the cut.</summary>
    public CutForecast Forecast(CurveSituation situation, string key, string algorithm, string workload, string family)
    {
        var weights = forest.WeightsFor([.. situation.Features, .. encoding.Encode(key, algorithm, workload, family, situation)]);
        frozen.Separate(weights, situation.IsFrozen);
        var arrival = situation.IsOpen ? odds?.ForCurve(situation, key, algorithm, workload, family) : null;
        return new CutForecast(this, situation, weights, encoding.EndsElsewhere(workload, family), arrival);
    }

    /// <summary>The final value as quantiles, from the worst to the best, widened until intervals cover.</summary>
    /// <param name="home">Where runs of the same workload ended, ascending; empty for a workload never seen.</param>
    public double[] Ends(CurveSituation situation, double[] weights, double[] home, ReadOnlySpan<double> probabilities)
    {
        var factor = home.Length > 0 ? WideningAtHome : WideningElsewhere;
        if (IsToldByEnds(home)) return Widened(HomeEnds(home, probabilities), factor);
        var gains = Widened(Gains(weights, probabilities), factor);
        return Array.ConvertAll(gains, gain => situation.ValueAt(Math.Asinh(gain)));
    }

    public bool IsToldByEnds(double[] home) => home.Length > 0 && endsAreBest;

    /// <summary>The final value of a run that arrives, from the worst to the best.</summary>
    public double[] Arrivals(CurveSituation situation, ReadOnlySpan<double> probabilities) => overshoot.Ends(situation, probabilities);

    /// <summary>The final value of a run that does not arrive: as like runs ended that did not, short of the target.</summary>
    public double[] Misses(CurveSituation situation, double[] weights, double[] home, ReadOnlySpan<double> probabilities)
    {
        var missing = new double[weights.Length];
        var total = 0.0;
        for (var i = 0; i < missing.Length; i++)
        {
            if (!(examples[i].Situation.IsOpen && examples[i].Arrives)) missing[i] = weights[i];
            total += missing[i];
        }
        if (!(total > 1e-9)) missing = weights;
        else for (var i = 0; i < missing.Length; i++) missing[i] /= total;
        var shortOf = Math.BitIncrement(situation.Target!.Value);
        return Array.ConvertAll(Ends(situation, missing, home, probabilities), end => Math.Max(shortOf, end));
    }

    /// <summary>
    /// Gains in units of the curve, with the median drawn towards none. Widening works on these, not on their asinh: there it would blow up
    /// the tails.
    /// </summary>
    private double[] Gains(double[] weights, ReadOnlySpan<double> probabilities)
    {
        var gains = Array.ConvertAll(forest.Quantiles(weights, probabilities), Math.Sinh);
        var middle = Math.Sinh(forest.Quantiles(weights, [0.5])[0]);
        for (var i = 0; i < gains.Length; i++) gains[i] += (shrinkage - 1) * middle;
        return gains;
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

    private static QuantileForest Forest(CutExample[] examples, GainEncoding encoding, double cut) => new(
        [.. examples.Select(e => (double[])[.. e.Situation.Features, .. Encode(encoding, e)])],
        [.. examples.Select(e => e.Gain)],
        // An error counts in the curve's own final spread, so a wide unit counts for more; more than in proportion, which draws the
        // median of a leaf towards small gains: large ones are the least certain to carry over.
        [.. examples.Select(e => Math.Pow(Math.Min(4, e.Situation.Unit / e.Curve.Spread), cut < Early ? 2.5 : 1.5))],
        CutExample.Groups(examples), Trees, seed: 20261125, leastLeaf: cut < Early ? 16 : 5);

    private static double[] Encode(GainEncoding encoding, CutExample e) =>
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
                : (Gains(weights, probabilities), Math.Sinh(example.Gain));
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
            if (cumulated >= Covered * whole) return Math.Clamp(score, 0.7, MostWidening);
        }
        return MostWidening;
    }

    /// <summary>The factor of a grid with the least error on families that the trees never saw; workloads count the same.</summary>
    private static double Shrinkage(OutOfFoldExample[] outOfFold, QuantileForest forest)
    {
        if (outOfFold.Length < 20) return 1;
        var counts = outOfFold.CountBy(o => o.Example.Curve.Source.Workload).ToDictionary();
        var medians = outOfFold.Select(o => Math.Sinh(forest.Quantiles(o.Weights, [0.5])[0])).ToArray();
        double Error(double factor) => outOfFold.Select((o, i) => Math.Min(MostError,
            Math.Abs(o.Example.Situation.ValueAt(Math.Asinh(factor * medians[i])) - o.Example.Curve.Last) / o.Example.Curve.Spread)
                / counts[o.Example.Curve.Source.Workload]).Sum();
        return Enumerable.Range(4, 7).Select(i => 0.1 * i).MinBy(Error);
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
            if (home.Length > 0 != known || examples[i].Situation.IsFrozen) continue;
            var weights = forest.WeightsFor([.. examples[i].Situation.Features, .. Encode(encoding, examples[i])], forest.Groups[i]);
            if (weights.Sum() > 0.5) yield return new(examples[i], frozen.Separate(weights, asksFrozen: false), home);
        }
    }

    private sealed record OutOfFoldExample(CutExample Example, double[] Weights, double[] Home);
}
