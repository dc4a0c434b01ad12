namespace AutoSelect.Selection.Policies.Comparison;

/// <summary>Trains candidates drawn at random, with equal chances, to their ends: what choosing without knowledge costs.</summary>
/// <param name="count">Candidates that race, at least 1; default 1.</param>
internal sealed class RandomPolicy(int count) : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => "random";

    /// <inheritdoc/>
    public SelectionOutcome Decide(SelectionInput input)
    {
        var round = new ComparisonRound(input);
        return round.GoOn(round.Shuffled().Take(count).Select(t => (t, 1.0)), "drawn at random");
    }
}
