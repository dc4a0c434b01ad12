using AutoSelect.Selection.Forecasting.Baselines;

namespace AutoSelect.Selection.Policies.Comparison;

/// <summary>
/// Trains every candidate for the same share of its run, extends the curves by power laws, and trains the one whose law is first at
/// the target; the one with the best predicted end where none gets there, or without a target.
/// </summary>
/// <param name="share">Share of the run, above 0 and below 1; default .1.</param>
internal sealed class PowerLawPolicy(double share) : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => "power-law";

    /// <inheritdoc/>
    public SelectionOutcome Decide(SelectionInput input)
    {
        var round = new ComparisonRound(input);
        if (input.Rung == 0) return round.GoOn(round.Trials.Select(t => (t, share)), "all are looked at first");
        var best = round.Alive.OrderBy(t => SecondsToTarget(round, t)).ThenBy(t => End(round, t)).ThenBy(t => t.Trial).Take(1);
        return round.GoOn(best.Select(t => (t, 1.0)), "its power law is first at the target");
    }

    /// <summary>Infinite where the law does not get there within the trial's run.</summary>
    private static double SecondsToTarget(ComparisonRound round, TrialEvidence trial)
    {
        if (round.Target is not { } target) return double.PositiveInfinity;
        var (x, z) = round.Curve(trial);
        var seconds = PowerLaw.PositionOf(target, x, z);
        return seconds <= round.EndSeconds(trial) ? seconds : double.PositiveInfinity;
    }

    private static double End(ComparisonRound round, TrialEvidence trial)
    {
        var (x, z) = round.Curve(trial);
        return x.Length == 0 ? double.PositiveInfinity : PowerLaw.Predict(x, z, Math.Max(x[^1], round.EndSeconds(trial))).Median;
    }
}
