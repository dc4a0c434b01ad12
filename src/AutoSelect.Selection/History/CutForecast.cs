namespace AutoSelect.Selection.History;

/// <summary>What was learned at a cut, asked about one curve.</summary>
/// <param name="weights">Weight of every example.</param>
/// <param name="home">Where runs of the same workload ended, ascending; empty for a workload never seen.</param>
/// <param name="arrival">Null where nothing was learned of targets, and for a curve without one ahead.</param>
internal sealed class CutForecast(
    CutForecaster learned, CurveSituation situation, double[] weights, double[] home, Arrival? arrival)
{
    /// <summary>Fraction of the horizon that was learned for; the curve may have been seen a little less or more.</summary>
    public double Cut => learned.Cut;

    /// <summary>Of reaching the target within the horizon; 1 when it was, null without a target.</summary>
    public double? ProbabilityOfTarget { get; } =
        situation.Target is not { } target ? null
        : !situation.IsOpen ? 1
        : arrival is not null && !learned.IsToldByEnds(home) ? arrival.Probability
        : Reaching(learned.Ends(situation, weights, home, Percentiles), target);

    private static double[] Percentiles { get; } = [.. Enumerable.Range(0, 100).Select(i => (i + 0.5) / 100)];

    /// <summary>
    /// Quantiles of the final value, from the worst to the best. A run ends where it measures its target, so the best of them, as many
    /// as the probability says, are at the target or little beyond.
    /// </summary>
    /// <param name="probabilities">Ascending.</param>
    public double[] Ends(ReadOnlySpan<double> probabilities)
    {
        if (arrival is null || learned.IsToldByEnds(home)) return learned.Ends(situation, weights, home, probabilities);
        var ends = new double[probabilities.Length];
        var miss = 1 - arrival.Probability;
        var missed = 0;
        while (missed < ends.Length && probabilities[missed] < miss) missed++;
        var scaled = new double[ends.Length];
        for (var i = 0; i < ends.Length; i++)
            scaled[i] = i < missed ? probabilities[i] / miss : (probabilities[i] - miss) / Math.Max(1e-12, 1 - miss);
        learned.Misses(situation, weights, home, scaled.AsSpan(0, missed)).CopyTo(ends, 0);
        learned.Arrivals(situation, scaled.AsSpan(missed)).CopyTo(ends, missed);
        return ends;
    }

    /// <summary>Fractions of the horizon at which the target comes when it comes, as quantiles; null where nothing tells.</summary>
    /// <param name="probabilities">Ascending.</param>
    public double[]? ArrivesAt(ReadOnlySpan<double> probabilities) => arrival?.Times(probabilities);

    private static double Reaching(double[] ends, double target) => ends.Count(end => end <= target) / (double)ends.Length;
}
