namespace AutoSelect.Training.Ranks.Asynchronous;

/// <summary>Number, mean and standard deviation of times, without keeping them (Welford 1962).</summary>
public sealed class IntervalStatistics
{
    private double squares;

    public long Count { get; private set; }

    /// <summary>Mean, seconds; 0 of none.</summary>
    public double Mean { get; private set; }

    /// <summary>Standard deviation of single times, seconds; 0 of fewer than two.</summary>
    public double StandardDeviation => Count > 1 ? Math.Sqrt(squares / (Count - 1)) : 0;

    internal void Add(double seconds)
    {
        Count++;
        var from = seconds - Mean;
        Mean += from / Count;
        squares += from * (seconds - Mean);
    }
}
