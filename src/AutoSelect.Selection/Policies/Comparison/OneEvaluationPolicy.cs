namespace AutoSelect.Selection.Policies.Comparison;

/// <summary>Ranks the candidates after one evaluation each and trains the best to its end: what a look without patience is worth.</summary>
internal sealed class OneEvaluationPolicy : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => "one-evaluation";

    /// <inheritdoc/>
    public SelectionOutcome Decide(SelectionInput input)
    {
        var round = new ComparisonRound(input);
        // A point at the first step or before tells of the initial weights.
        var unseen = round.Alive.Where(t => t.Curve.IsDefaultOrEmpty || t.Curve[^1].Step <= 1).ToArray();
        if (unseen.Length > 0) return round.GoOn(unseen.Select(t => (t, NextShare(t, input))), "each is evaluated once", null);
        return round.GoOn(round.Ranked(round.Alive).Take(1).Select(t => (t, 1.0)), "best after one evaluation");
    }

    private static double NextShare(TrialEvidence trial, SelectionInput input)
    {
        var interval = Math.Max(1, trial.StepsPerEpoch / Math.Max(1e-9, input.Evaluation.PerEpoch));
        return Math.Min(1, (trial.Step + interval) / Math.Max(1, trial.HorizonSteps));
    }
}
