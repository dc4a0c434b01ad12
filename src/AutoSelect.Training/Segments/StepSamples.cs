namespace AutoSelect.Training.Segments;

/// <summary>Seconds of a step, sample by sample: the lower quartile over the latest, mean and its standard error over all.</summary>
internal sealed class StepSamples
{
    private const int Capacity = 512;

    private readonly double[] latest = new double[Capacity];
    private double squares;

    public long Count { get; private set; }

    public double Mean { get; private set; }

    /// <summary>Of the mean; not a number below two samples.</summary>
    public double StandardError => Math.Sqrt(squares / (Count - 1) / Count);

    public void Add(double seconds)
    {
        latest[Count++ % Capacity] = seconds;
        var difference = seconds - Mean;
        Mean += difference / Count;
        squares += difference * (seconds - Mean);
    }

    /// <summary>Of at least one sample.</summary>
    public double LowerQuartile()
    {
        var sorted = latest[..(int)Math.Min(Count, Capacity)];
        Array.Sort(sorted);
        return sorted[sorted.Length / 4];
    }
}
