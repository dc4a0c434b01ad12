using System.Collections.Immutable;
using AutoSelect.Selection.History;

using AutoSelect.Selection.Replay;

namespace AutoSelect.Jobs.Replay.Suites;

/// <summary>Makes problems of a suite of recorded curves, each with a history that leaves its own family out.</summary>
public static class ReplaySuite
{
    /// <summary>The problems in the suite's order.</summary>
    /// <param name="onePoint">
    /// Cuts problem k of a workload to the k-th hyperparameter point of each algorithm, modulo their number, in the suite's list of them.
    /// </param>
    /// <param name="history">Further finished curves.</param>
    /// <param name="baseline">
    /// A candidate or an algorithm: a problem is posed with each of its candidates that have the name in turn, and left out where none
    /// has. Null leaves the baseline to the objective's default.
    /// </param>
    /// <exception cref="ArgumentException">No problem has a candidate of that name.</exception>
    public static ImmutableArray<ReplayProblem> Problems(
        ImmutableArray<RecordedCurve> suite, bool onePoint = false, IEnumerable<RecordedCurve>? history = null, string? baseline = null)
    {
        var all = suite.AddRange(history ?? []);
        var points = Points(suite);
        var histories = new Dictionary<string, SelectionHistory>();
        var groups = suite.GroupBy(c => c.Problem).Select((g, i) => (Name: g.Key, Curves: g.ToImmutableArray(), Index: i));
        ImmutableArray<ReplayProblem> problems = [.. groups.Select(g => new ReplayProblem(g.Name, g.Curves[0].Family, g.Curves[0].Workload,
            onePoint ? Cut(g.Curves, points, g.Curves[0].Study ?? g.Index) : g.Curves, History(g.Curves)))];
        if (baseline is null) return problems;
        problems = [.. problems.SelectMany(p => p.Curves.Where(c => c.Candidate == baseline || c.Algorithm == baseline)
            .Select(c => p with { Baseline = c.Candidate }))];
        return !problems.IsEmpty ? problems : throw new ArgumentException(
            $"The baseline is '{baseline}': it must be a candidate or one of "
            + $"{string.Join(", ", suite.Select(c => c.Algorithm).Distinct())}.",
            nameof(baseline));

        SelectionHistory History(ImmutableArray<RecordedCurve> curves)
        {
            // Runs of one problem may belong to several families: what is learned for it comes from none of them.
            var families = curves.Select(c => c.Family).ToHashSet();
            var key = string.Join('\n', families.Order(StringComparer.Ordinal));
            if (!histories.TryGetValue(key, out var known))
                histories[key] = known = SelectionHistory.FromCurves(all.Where(c => !families.Contains(c.Family)));
            return known;
        }
    }

    private static ImmutableArray<RecordedCurve> Cut(ImmutableArray<RecordedCurve> curves, Dictionary<string, string[]> points, int k)
    {
        var kept = points.Values.Select(p => p[k % p.Length]).ToHashSet();
        ImmutableArray<RecordedCurve> cut = [.. curves.Where(c => kept.Contains(c.Candidate))];
        return cut.IsEmpty ? curves : cut;
    }

    /// <summary>Candidates by algorithm, 2 before 10.</summary>
    private static Dictionary<string, string[]> Points(ImmutableArray<RecordedCurve> suite) => suite.GroupBy(c => c.Algorithm).ToDictionary(
        g => g.Key, g => g.Select(c => c.Candidate).Distinct().OrderBy(n => n.Length).ThenBy(n => n, StringComparer.Ordinal).ToArray());
}
