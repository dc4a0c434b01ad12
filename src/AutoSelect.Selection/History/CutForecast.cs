namespace AutoSelect.Selection.History;

/// <summary>What was learned at a cut, asked about one curve.</summary>
/// <param name="weights">Weight of every example.</param>
/// <param name="home">Where runs of the same workload ended, ascending; empty for a workload never seen.</param>
internal sealed class CutForecast(CutForecaster learned, CurveSituation situation, double[] weights, double[] home)
{
    /// <summary>Fraction of the horizon that was learned for; the curve may have been seen a little less or more.</summary>
    public double Cut => learned.Cut;

    /// <summary>Quantiles of the final value, from the worst to the best.</summary>
    /// <param name="probabilities">Ascending.</param>
    public double[] Ends(ReadOnlySpan<double> probabilities) => learned.Ends(situation, weights, home, probabilities);

    /// <summary>Fractions of the horizon at which the target comes, as quantiles, infinite for never; null where nothing tells.</summary>
    /// <param name="probabilities">Ascending.</param>
    public double[]? ArrivesAt(ReadOnlySpan<double> probabilities) => learned.ArrivesAt(weights, probabilities);
}
