namespace AutoSelect.Selection.Policies.Comparison;

/// <summary>
/// Successive halving (Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS
/// 2016) by wall-clock: all candidates get the same share of their run; at each rung ⌊n/η⌋ of the n that entered it, at least one,
/// go on to η times the share.
/// </summary>
/// <param name="eta">Above 1; default 3.</param>
/// <param name="first">Share of the run of the first rung; default .03.</param>
internal sealed class SuccessiveHalvingPolicy(double eta, double first) : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => "successive-halving";

    /// <inheritdoc/>
    public SelectionOutcome Decide(SelectionInput input)
    {
        var round = new ComparisonRound(input);
        new HalvingBracket(round, round.Trials, eta, first).TryAdvance(out var going, out _);
        return round.GoOn(going, "successive halving");
    }
}
