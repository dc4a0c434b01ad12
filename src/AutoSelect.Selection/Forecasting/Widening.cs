namespace AutoSelect.Selection.Forecasting;

/// <summary>
/// What the bank does not know: the gain ahead is shrunk, and a surprise is added that grows with the gain that is predicted and
/// with the distance predicted over. Its constants were chosen on recorded curves (docs/how-it-decides.md).
/// </summary>
internal static class Widening
{
    private const double Shrink = 0.85;
    private const double OfGain = 0.45;
    private const double OfDistance = 0.12;

    /// <summary>Share of the surprise's variance that all trials of a job have in common.</summary>
    private const double SharedVariance = 0.4;

    public static double Mix(double shared, double own) => Math.Sqrt(SharedVariance) * shared + Math.Sqrt(1 - SharedVariance) * own;

    /// <summary>Change of the value from the cut to x, in units of the scale.</summary>
    /// <param name="gain">b, the gain of the last three octaves.</param>
    /// <param name="ahead">g(x), at most 0 while the shape improves.</param>
    /// <param name="growth">Octaves from the cut to x, in thirds: log(x/x_c)/log 8.</param>
    /// <param name="surprise">A standard normal.</param>
    public static double Apply(double gain, double ahead, double growth, double surprise)
    {
        var change = Shrink * gain * ahead;
        return change + surprise * (OfGain * Math.Abs(change) + OfDistance * Math.Abs(gain) * Math.Sqrt(growth));
    }
}
