namespace AutoSelect.Performance;

/// <summary>A log-normal belief about a time.</summary>
/// <param name="MedianSeconds">Median, seconds.</param>
/// <param name="LogStandardDeviation">Standard deviation of the logarithm.</param>
public sealed record TimeForecast(double MedianSeconds, double LogStandardDeviation)
{
    private const double Normal95 = 1.6448536269514722;

    /// <summary>The 90 % prediction interval, seconds.</summary>
    public (double Low, double High) Interval90 =>
        (MedianSeconds * Math.Exp(-Normal95 * LogStandardDeviation), MedianSeconds * Math.Exp(Normal95 * LogStandardDeviation));
}
