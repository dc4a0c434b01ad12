namespace AutoSelect.Benchmarks;

/// <summary>Gathers what a prior said of cases and what came; workloads count the same.</summary>
internal sealed class PriorFigures
{
    private readonly Dictionary<string, List<double>> figures = [];
    private readonly List<(double Said, bool Came)> chances = [];

    /// <summary>Adds a case's figure under a name.</summary>
    public void Add(string name, string workload, double value)
    {
        var key = $"{name}\t{workload}";
        if (!figures.TryGetValue(key, out var list)) figures[key] = list = [];
        list.Add(value);
    }

    public void AddChance(double said, bool came) => chances.Add((said, came));

    /// <summary>Mean over workloads of the mean over their cases.</summary>
    public double Mean(string name) =>
        figures.Where(f => f.Key.StartsWith(name + "\t", StringComparison.Ordinal)).Average(f => f.Value.Average());

    public double BrierScore => chances.Average(c => Math.Pow(c.Said - (c.Came ? 1 : 0), 2));

    /// <summary>Chances said, in tenths: their mean, the share that came, and how many there are.</summary>
    public IEnumerable<(double Said, double Came, int Count)> Bins => chances.GroupBy(c => Math.Min(9, (int)(10 * c.Said)))
        .OrderBy(g => g.Key).Select(g => (g.Average(c => c.Said), g.Average(c => c.Came ? 1.0 : 0), g.Count()));

    /// <summary>Spearman's correlation; 0 where a list is constant.</summary>
    public static double RankCorrelation(IReadOnlyList<double> one, IReadOnlyList<double> other)
    {
        var (a, b) = (Ranks(one), Ranks(other));
        var (ma, mb) = (a.Average(), b.Average());
        var norm = Math.Sqrt(a.Sum(x => (x - ma) * (x - ma)) * b.Sum(y => (y - mb) * (y - mb)));
        return norm == 0 ? 0 : a.Zip(b, (x, y) => (x - ma) * (y - mb)).Sum() / norm;
    }

    private static double[] Ranks(IReadOnlyList<double> values) =>
        [.. values.Select(v => values.Count(o => o < v) + (values.Count(o => o == v) - 1) / 2.0)];
}
