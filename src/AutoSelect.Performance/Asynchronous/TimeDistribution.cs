namespace AutoSelect.Performance;

/// <summary>A time that varies from one time to the next.</summary>
/// <param name="MeanSeconds">Mean, above 0.</param>
/// <param name="StandardDeviation">Of single times, seconds; 0 for a clockwork.</param>
public sealed record TimeDistribution(double MeanSeconds, double StandardDeviation = 0)
{
    public double MeanSeconds { get; } = MeanSeconds > 0 && double.IsFinite(MeanSeconds)
        ? MeanSeconds
        : throw new ArgumentOutOfRangeException(nameof(MeanSeconds), MeanSeconds, "A mean time is positive and finite");

    public double StandardDeviation { get; } = StandardDeviation >= 0 && double.IsFinite(StandardDeviation)
        ? StandardDeviation
        : throw new ArgumentOutOfRangeException(
            nameof(StandardDeviation), StandardDeviation, "A standard deviation is finite and not negative");
}
