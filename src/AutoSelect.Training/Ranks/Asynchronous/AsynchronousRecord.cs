namespace AutoSelect.Training.Ranks.Asynchronous;

/// <summary>What a rank saw of asynchronous training.</summary>
public sealed class AsynchronousRecord
{
    private readonly List<long> gradients = [], staleness = [], updatesOvertaken = [];

    /// <summary>Rounds by how many gradients of all ranks they carried; those that carried none changed nothing.</summary>
    public IReadOnlyList<long> GradientsPerRound => gradients;

    /// <summary>Own gradients by how many rounds ended between reading the parameters and the gradient's own round.</summary>
    public IReadOnlyList<long> Staleness => staleness;

    /// <summary>Own gradients by how many updates were applied between: the rounds that carried something.</summary>
    public IReadOnlyList<long> UpdatesOvertaken => updatesOvertaken;

    /// <summary>Own gradients that were applied.</summary>
    public long OwnGradients => staleness.Sum();

    /// <summary>Seconds from one own gradient to the next.</summary>
    public IntervalStatistics GradientSeconds { get; } = new();

    /// <summary>Seconds of a round: exchange and update.</summary>
    public IntervalStatistics RoundSeconds { get; } = new();

    /// <summary>Mean of <see cref="UpdatesOvertaken"/>; 0 before there was any.</summary>
    public double MeanUpdatesOvertaken => updatesOvertaken.Count == 0 ? 0
        : updatesOvertaken.Select((count, updates) => (double)count * updates).Sum() / updatesOvertaken.Sum();

    internal void AddRound(int count, double seconds)
    {
        Count(gradients, count);
        RoundSeconds.Add(seconds);
    }

    internal void AddGradient(long rounds, long updates)
    {
        Count(staleness, rounds);
        Count(updatesOvertaken, updates);
    }

    private static void Count(List<long> histogram, long value)
    {
        while (histogram.Count <= value) histogram.Add(0);
        histogram[(int)value]++;
    }
}
