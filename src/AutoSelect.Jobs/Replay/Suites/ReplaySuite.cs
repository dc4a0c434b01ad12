using System.Collections.Immutable;
using AutoSelect.Selection.History;

using AutoSelect.Selection.Replay;

namespace AutoSelect.Jobs.Replay.Suites;

/// <summary>Makes problems of a suite of recorded curves, each with a history that leaves its own family out.</summary>
public static class ReplaySuite
{
    /// <summary>The problems in the suite's order.</summary>
    /// <param name="points">Which hyperparameter points of each algorithm a problem has.</param>
    /// <param name="history">Further finished curves.</param>
    /// <param name="baseline">
    /// A candidate or an algorithm: a problem is posed with each of its candidates that have the name in turn, and left out where none
    /// has. Null leaves the baseline to the objective's default.
    /// </param>
    /// <exception cref="ArgumentException">No problem has a candidate of that name.</exception>
    public static ImmutableArray<ReplayProblem> Problems(
        ImmutableArray<RecordedCurve> suite, ReplayPoints points = ReplayPoints.All, IEnumerable<RecordedCurve>? history = null,
        string? baseline = null)
    {
        var all = suite.AddRange(history ?? []);
        var listed = Listed(suite);
        var ways = points == ReplayPoints.OneInTurn ? listed.Values.Max(p => p.Length) : 1;
        var histories = new Dictionary<string, SelectionHistory>();
        var groups = suite.GroupBy(c => c.Problem).Select((g, i) => (Name: g.Key, Curves: g.ToImmutableArray(), Index: i));
        ImmutableArray<ReplayProblem> problems = [.. groups.SelectMany(g => Enumerable.Range(0, ways).Select(way => new ReplayProblem(
            ways == 1 ? g.Name : $"{g.Name}#{way}", g.Curves[0].Family, g.Curves[0].Workload,
            points == ReplayPoints.All ? g.Curves : Cut(g.Curves, listed, (g.Curves[0].Study ?? g.Index) + way), History(g.Curves))))];
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

    private static ImmutableArray<RecordedCurve> Cut(ImmutableArray<RecordedCurve> curves, Dictionary<string, string[]> listed, int k)
    {
        var kept = listed.Values.Select(p => p[k % p.Length]).ToHashSet();
        ImmutableArray<RecordedCurve> cut = [.. curves.Where(c => kept.Contains(c.Candidate))];
        return cut.IsEmpty ? curves : cut;
    }

    /// <summary>Candidates by algorithm, 2 before 10.</summary>
    private static Dictionary<string, string[]> Listed(ImmutableArray<RecordedCurve> suite) => suite.GroupBy(c => c.Algorithm).ToDictionary(
        g => g.Key, g => g.Select(c => c.Candidate).Distinct().OrderBy(n => n.Length).ThenBy(n => n, StringComparer.Ordinal).ToArray());
}

/// <summary>Which hyperparameter points of each algorithm a problem has, counted in the suite's list of them.</summary>
public enum ReplayPoints
{
    All,

    /// <summary>Problem k of a workload has the k-th of each algorithm, modulo their number.</summary>
    One,

    /// <summary>As many problems of each as the algorithm of most points has, the i-th with the k+i-th of each.</summary>
    OneInTurn,
}
