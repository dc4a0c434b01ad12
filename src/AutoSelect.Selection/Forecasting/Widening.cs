namespace AutoSelect.Selection.Forecasting;

/// <summary>
/// What the bank does not know: a surprise is added to the gain ahead that grows with the gain that is predicted and with the distance
/// predicted over. Its factors by fraction seen and kind of metric were fitted on recorded curves with families left out
/// (docs/how-it-decides.md, §1).
/// </summary>
internal readonly record struct Widening(double OfGain, double OfDistance)
{
    private static readonly double[] Cuts = [0.05, 0.1, 0.2, 0.4, 0.8];
    private static readonly double[] OfShares = [1, 1, 1.4, 1.2, 1.1];
    private static readonly double[] OfLosses = [2, 2, 1, 1, 1];

    /// <summary>Share of the surprise's variance that all trials of a job have in common.</summary>
    private const double SharedVariance = 0.4;

    /// <summary>The factors at a fraction of the horizon, by straight lines in its logarithm between those that were fitted.</summary>
    public static Widening At(double cut, MetricKind kind)
    {
        var factors = kind == MetricKind.Share ? OfShares : OfLosses;
        var j = 1;
        while (j < Cuts.Length - 1 && Cuts[j] < cut) j++;
        var share = Math.Clamp(Math.Log(Math.Max(1e-6, cut) / Cuts[j - 1]) / Math.Log(Cuts[j] / Cuts[j - 1]), 0, 1);
        var factor = factors[j - 1] + share * (factors[j] - factors[j - 1]);
        return new(0.45 * factor, 0.12 * factor);
    }

    public static double Mix(double shared, double own) => Math.Sqrt(SharedVariance) * shared + Math.Sqrt(1 - SharedVariance) * own;

    /// <summary>Change of the value from the cut to x, in units of the scale.</summary>
    /// <param name="gain">b, the gain of the last three octaves.</param>
    /// <param name="ahead">g(x), at most 0 while the shape improves.</param>
    /// <param name="growth">Octaves from the cut to x, in thirds: log(x/x_c)/log 8.</param>
    /// <param name="surprise">A standard normal.</param>
    public double Apply(double gain, double ahead, double growth, double surprise)
    {
        var change = gain * ahead;
        return change + surprise * (OfGain * Math.Abs(change) + OfDistance * Math.Abs(gain) * Math.Sqrt(growth));
    }
}
