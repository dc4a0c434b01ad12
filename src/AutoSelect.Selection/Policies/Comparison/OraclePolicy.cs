using AutoSelect.Selection.Replay;

namespace AutoSelect.Selection.Policies.Comparison;

/// <summary>
/// Trains the candidate that is known to be best: the bound no policy can pass. It needs the recording, so only a replay can make one.
/// </summary>
/// <param name="candidate">Name of the best candidate; null where there is none, which trains the first.</param>
internal sealed class OraclePolicy(string? candidate) : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => ReplayPolicies.OracleName;

    /// <inheritdoc/>
    public SelectionOutcome Decide(SelectionInput input)
    {
        var round = new ComparisonRound(input);
        var best = round.Trials.FirstOrDefault(t => t.Candidate.Name == candidate) ?? round.Trials.FirstOrDefault();
        return round.GoOn(best is null ? [] : [(best, 1.0)], "the recording says it is the best");
    }
}
