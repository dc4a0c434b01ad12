using AutoSelect.Selection.Forecasting.Baselines;

namespace AutoSelect.Selection.Policies.Comparison;

/// <summary>
/// The predictive termination criterion of Domhan, Springenberg and Hutter (IJCAI 2015) on <see cref="CurveEnsemble"/>: candidates
/// begin in a random order as devices get free; at each check a trial is stopped when the probability that its last value is better
/// than the best value of any other trial so far is below the threshold.
/// </summary>
/// <param name="threshold">Default .05.</param>
/// <param name="interval">Share of the run between checks; default .1.</param>
internal sealed class ProbabilityOfImprovementPolicy(double threshold, double interval) : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => "probability-of-improvement";

    /// <inheritdoc/>
    public DecisionTriggers Triggers => DecisionTriggers.FreeLane;

    /// <inheritdoc/>
    public SelectionOutcome Decide(SelectionInput input)
    {
        var round = new ComparisonRound(input);
        return InTurn.Decide(round, interval, t => Next(round, t), "unlikely to become better than the best so far");
    }

    private double? Next(ComparisonRound round, TrialEvidence trial)
    {
        var checks = (int)Math.Round((double)trial.Step / Math.Max(1, trial.HorizonSteps) / interval);
        var best = round.Trials.Where(t => t.Trial != trial.Trial).SelectMany(t => t.Curve).Select(round.Loss)
            .DefaultIfEmpty(double.PositiveInfinity).Min();
        var (x, z) = round.Curve(trial);
        var isHopeless = x.Length > 0 && double.IsFinite(best)
            && CurveEnsemble.Predict(x, z, Math.Max(x[^1], round.EndSeconds(trial))).ProbabilityBelow(best) < threshold;
        return isHopeless ? null : Math.Min(1, (checks + 1) * interval);
    }
}
