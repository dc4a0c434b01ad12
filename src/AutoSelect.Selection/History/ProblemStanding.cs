namespace AutoSelect.Selection.History;

/// <summary>Where the candidates of one problem stand at a cut: what they share tells how hard the task is.</summary>
internal sealed class ProblemStanding
{
    private readonly double[] sorted;

    /// <param name="values">Last values of the candidates (smaller is better); at least one.</param>
    public ProblemStanding(IEnumerable<double> values)
    {
        sorted = [.. values.Order()];
        (Best, Median) = (SortedValues.At(sorted, 0.05), SortedValues.At(sorted, 0.5));
        Quartiles = SortedValues.At(sorted, 0.75) - SortedValues.At(sorted, 0.25);
    }

    /// <summary>5th percentile.</summary>
    public double Best { get; }

    public double Median { get; }

    /// <summary>Distance between the quartiles.</summary>
    public double Quartiles { get; }

    /// <summary>Rank from 0, the best, to 1.</summary>
    public double RankOf(double value)
    {
        if (sorted.Length < 2) return 0;
        var index = Array.BinarySearch(sorted, value);
        if (index < 0) index = ~index;
        return Math.Min(1, (double)index / (sorted.Length - 1));
    }
}
