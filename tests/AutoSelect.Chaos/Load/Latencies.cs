namespace AutoSelect.Chaos.Load;

/// <summary>How long answers took, in seconds; may be added to by many at once.</summary>
internal sealed class Latencies
{
    private readonly Lock gate = new();
    private readonly List<double> seconds = [];

    public int Count
    {
        get
        {
            lock (gate) return seconds.Count;
        }
    }

    public void Add(double taken)
    {
        lock (gate) seconds.Add(taken);
    }

    /// <summary>Milliseconds that a share of them stayed below (nearest rank); NaN where there are none.</summary>
    /// <param name="share">From 0 to 1.</param>
    public double Milliseconds(double share)
    {
        lock (gate)
        {
            if (seconds.Count == 0) return double.NaN;
            var sorted = seconds.Order().ToList();
            return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Count) - 1, 0, sorted.Count - 1)] * 1000;
        }
    }
}
