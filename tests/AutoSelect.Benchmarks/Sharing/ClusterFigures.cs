namespace AutoSelect.Benchmarks;

/// <summary>What a simulated cluster came to; times are in seconds.</summary>
internal sealed class ClusterFigures
{
    private readonly SortedDictionary<string, List<double>> queued = new(StringComparer.Ordinal);

    public int Arrived { get; set; }
    public int Refused { get; set; }
    public int Ended { get; set; }

    /// <summary>Jobs that had not ended when nothing was left to happen.</summary>
    public int Waiting { get; set; }

    /// <summary>How often jobs were told why they wait.</summary>
    public int Held { get; set; }

    public int Plans { get; set; }

    /// <summary>Devices that were given back because they were asked for.</summary>
    public int Recalled { get; set; }

    /// <summary>Devices that were asked for at the lender.</summary>
    public int Asked { get; set; }

    /// <summary>Leases and loans that nobody holds at the end.</summary>
    public int Leaks { get; set; }

    public double OwnHeld { get; set; }
    public double BorrowedHeld { get; set; }
    public double Borrowed { get; set; }
    public SortedDictionary<string, double> Had { get; } = new(StringComparer.Ordinal);

    public IEnumerable<(string User, int Jobs, double Mean, double P50, double P95)> Queues => queued.Select(q =>
    {
        q.Value.Sort();
        return (q.Key, q.Value.Count, q.Value.Average(), At(q.Value, .5), At(q.Value, .95));
    });

    public void Queued(string user, double seconds)
    {
        if (!queued.TryGetValue(user, out var times)) queued[user] = times = [];
        times.Add(seconds);
    }

    private static double At(List<double> sorted, double share) => sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];
}
