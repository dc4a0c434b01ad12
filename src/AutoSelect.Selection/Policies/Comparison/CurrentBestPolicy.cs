using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies.Comparison;

/// <summary>Trains every candidate for the same share of its run and then only the one with the best value.</summary>
/// <param name="share">Share of the run, above 0 and below 1; default .1.</param>
internal sealed class CurrentBestPolicy(double share) : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => "current-best";

    /// <inheritdoc/>
    public SelectionOutcome Decide(SelectionInput input)
    {
        var round = new ComparisonRound(input);
        if (input.Rung == 0) return round.GoOn(round.Trials.Select(t => (t, share)), "all are looked at first");
        return round.GoOn(round.Ranked(round.Alive).Take(1).Select(t => (t, 1.0)), $"best at {Wording.Percent(share)}");
    }
}
