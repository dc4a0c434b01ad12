namespace AutoSelect.Selection.Forecasting.Baselines;

/// <summary>A prediction of one value by its quantiles .01, .02, … .99, in ascending order.</summary>
internal sealed record QuantilePrediction(double[] Quantiles)
{
    public double Median => Quantiles[49];

    /// <summary>Probability of a value below a threshold, to a hundredth.</summary>
    public double ProbabilityBelow(double threshold) => Quantiles.Count(q => q < threshold) / (double)(Quantiles.Length + 1);
}
