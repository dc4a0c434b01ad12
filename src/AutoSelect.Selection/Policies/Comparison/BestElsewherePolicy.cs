namespace AutoSelect.Selection.Policies.Comparison;

/// <summary>
/// Trains the candidates that did best on the other workloads of the history to their ends, without a look at the curves: the
/// single best of algorithm selection (Rice 1976). Without a history, the first candidates.
/// </summary>
/// <param name="count">Candidates that race, at least 1; default 1.</param>
internal sealed class BestElsewherePolicy(int count) : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => "best-elsewhere";

    /// <inheritdoc/>
    public SelectionOutcome Decide(SelectionInput input)
    {
        var round = new ComparisonRound(input);
        var ranking = EntryRanking.FromHistory(input.History);
        var best = round.Trials.OrderBy(t => ranking.Score(t.Candidate.Name)).ThenBy(t => t.Trial).Take(count);
        return round.GoOn(best.Select(t => (t, 1.0)), ranking.IsEmpty ? "there is no history" : "best on other workloads");
    }
}
