namespace AutoSelect.Benchmarks;

/// <summary>Seconds of something that recurs.</summary>
/// <param name="Spread">Interquartile range over that of a normal variable with deviation 1: the deviation without the outliers.</param>
internal sealed record Times(long Count, double Mean, double Deviation, double Spread)
{
    private const double NormalRange = 1.349;

    public static Times FromSeconds(IReadOnlyCollection<double> seconds)
    {
        var (sorted, mean) = (seconds.Order().ToArray(), seconds.Average());
        return new(sorted.Length, mean, Math.Sqrt(sorted.Sum(s => Math.Pow(s - mean, 2)) / (sorted.Length - 1)),
            (sorted[sorted.Length * 3 / 4] - sorted[sorted.Length / 4]) / NormalRange);
    }
}

/// <summary>What a rank of <see cref="AsynchronousStatisticsBenchmark"/> found.</summary>
/// <param name="GradientsPerRound">Rounds by how many gradients they carried.</param>
/// <param name="Staleness">Own gradients by how many rounds overtook them.</param>
/// <param name="Seconds">From the first gradient to the last.</param>
internal sealed record AsynchronousOutcome(Times Gradient, Times Round, long[] GradientsPerRound, long[] Staleness, double Seconds);
