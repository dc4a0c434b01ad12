namespace AutoSelect.Selection.Policies.Comparison;

/// <summary>
/// The stopping form of ASHA (Li et al., MLSys 2020; as Klein et al. 2020 describe it) by wall-clock: candidates begin in a random
/// order as devices get free; a trial that comes to a rung goes on when it is among the best 1/η of those that came to it so far, or
/// when fewer than η did, and is stopped for good otherwise.
/// </summary>
/// <param name="eta">Above 1; default 3.</param>
/// <param name="first">Share of the run that the lowest rung has at least; default .03.</param>
internal sealed class AshaStopPolicy(double eta, double first) : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => "asha-stop";

    /// <inheritdoc/>
    public DecisionTriggers Triggers => DecisionTriggers.FreeLane;

    /// <inheritdoc/>
    public SelectionOutcome Decide(SelectionInput input)
    {
        var round = new ComparisonRound(input);
        var rungs = new AshaRungs(round, eta, first);
        return InTurn.Decide(round, rungs.Share(0),
            t => GoesOn(rungs, t) ? rungs.Share(Math.Min(rungs.Last(t) + 1, rungs.Count - 1)) : null, "not among the best of its rung");
    }

    private static bool GoesOn(AshaRungs rungs, TrialEvidence trial)
    {
        // One that was broken off before its first rung has nothing to be judged by.
        if (rungs.Last(trial) < 0) return true;
        var ranked = rungs.Ranked(rungs.Last(trial));
        return ranked.Length < rungs.Eta || Array.FindIndex(ranked, t => t.Trial == trial.Trial) < (int)(ranked.Length / rungs.Eta + 1e-9);
    }
}
