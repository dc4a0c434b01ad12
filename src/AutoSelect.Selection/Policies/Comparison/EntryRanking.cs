using System.Runtime.CompilerServices;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Selection.Policies.Comparison;

/// <summary>
/// How candidates did on the problems of a history, by name: the mean over its workloads of the mean over their problems of the
/// capped slowdown, or of the scaled regret where there is no target. A candidate without a run on a problem counts as a miss there.
/// </summary>
internal sealed class EntryRanking
{
    private static readonly ConditionalWeakTable<SelectionHistory, EntryRanking> Known = [];
    private readonly Dictionary<string, double> scores;

    private EntryRanking(Dictionary<string, double> scores) => this.scores = scores;

    public bool IsEmpty => scores.Count == 0;

    /// <summary>Score of a candidate, smaller is better; infinite when the history does not know it.</summary>
    public double Score(string candidate) => scores.GetValueOrDefault(candidate, double.PositiveInfinity);

    /// <summary>The ranking of a history, computed once.</summary>
    public static EntryRanking FromHistory(SelectionHistory history) => Known.GetValue(history, Compute);

    private static EntryRanking Compute(SelectionHistory history)
    {
        var problems = history.Curves.GroupBy(c => (c.Workload, c.Problem))
            .Select(g => (g.Key.Workload, Losses: ProblemLosses.FromCurves([.. g])))
            .Where(p => p.Losses is not null).GroupBy(p => p.Workload, p => p.Losses!).ToArray();
        var names = history.Curves.Select(c => c.Candidate).Distinct();
        return new EntryRanking(
            problems.Length == 0 ? [] : names.ToDictionary(n => n, n => problems.Average(w => w.Average(p => p.LossOf(n)))));
    }
}
