using System.Collections.Concurrent;

namespace AutoSelect.Selection.History;

/// <summary>
/// What the same candidate, and the same strategy, gained elsewhere: means over the other families, shrunk towards nothing, so that
/// an example never sees its own family's outcome (out-of-fold target encoding).
/// </summary>
internal sealed class GainEncoding
{
    /// <summary>Examples that a prior mean counts for.</summary>
    private const double Shrinkage = 2;

    private readonly Dictionary<string, Dictionary<string, (double Gain, double Rank, int Count)>> sums = [];
    private readonly Dictionary<string, List<(string Family, double Last)>> ends = [];
    private readonly ConcurrentDictionary<(string Workload, string Family), double[]> endsElsewhere = new();

    /// <summary>Takes up an example; all are added before anything is asked.</summary>
    public void Add(HistoryCurve curve, double gain, double finalRank)
    {
        foreach (var name in Names(curve.Key, curve.Source.Algorithm))
        {
            var families = sums.TryGetValue(name, out var known) ? known : sums[name] = [];
            var (g, r, n) = families.GetValueOrDefault(curve.Source.Family);
            families[curve.Source.Family] = (g + Math.Clamp(gain, -4, 4), r + finalRank, n + 1);
        }
        var list = ends.TryGetValue(curve.Source.Workload, out var there) ? there : ends[curve.Source.Workload] = [];
        list.Add((curve.Source.Family, curve.Last));
    }

    /// <summary>
    /// Features of a candidate of a family at a situation: gains and final ranks elsewhere, and the distance to where runs of the same
    /// workload ended.
    /// </summary>
    public double[] Encode(string key, string algorithm, string workload, string family, CurveSituation seen)
    {
        var features = new List<double>(8);
        foreach (var name in Names(key, algorithm))
        {
            var (gain, rank, count) = (0.0, 0.0, 0);
            if (sums.TryGetValue(name, out var families))
                foreach (var (other, sum) in families)
                    if (other != family) (gain, rank, count) = (gain + sum.Gain, rank + sum.Rank, count + sum.Count);
            features.AddRange([gain / (count + Shrinkage), (rank + Shrinkage / 2) / (count + Shrinkage), count > 0 ? 1 : 0]);
        }
        var end = MedianEnd(workload, family);
        features.AddRange([end is { } value ? Math.Asinh((seen.Last - value) / seen.Unit) : 0, end is null ? 0 : 1]);
        return [.. features];
    }

    /// <summary>Last values of the runs of a workload in other families, ascending; empty when none is known.</summary>
    public double[] EndsElsewhere(string workload, string family) => endsElsewhere.GetOrAdd((workload, family), asked =>
        ends.TryGetValue(asked.Workload, out var list) ? [.. list.Where(e => e.Family != asked.Family).Select(e => e.Last).Order()] : []);

    private double? MedianEnd(string workload, string family) =>
        EndsElsewhere(workload, family) is { Length: > 0 } others ? SortedValues.At(others, 0.5) : null;

    private static string[] Names(string key, string algorithm) => [key, $"strategy {algorithm}"];
}
