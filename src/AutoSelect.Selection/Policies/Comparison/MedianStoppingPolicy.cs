namespace AutoSelect.Selection.Policies.Comparison;

/// <summary>
/// The median stopping rule (Golovin et al., "Google Vizier", KDD 2017, section 3.2): a trial is stopped at a check when its best value
/// so far is strictly worse than the median of the running averages, up to the same share of the run, of the trials that came that far.
/// The paper compares with completed trials; here stopped and running ones that came as far count too, as in the public
/// implementations, since otherwise the first trials could never be stopped. Fewer than three of them stop nothing.
/// </summary>
/// <param name="interval">Share of the run between checks; default .05.</param>
internal sealed class MedianStoppingPolicy(double interval) : ISelectionPolicy
{
    private const int LeastOthers = 3;

    /// <inheritdoc/>
    public string Name => "median-stopping";

    /// <inheritdoc/>
    public DecisionTriggers Triggers => DecisionTriggers.FreeLane;

    /// <inheritdoc/>
    public SelectionOutcome Decide(SelectionInput input)
    {
        var round = new ComparisonRound(input);
        return InTurn.Decide(round, interval, t => Next(round, t), "worse than the median of the others");
    }

    private double? Next(ComparisonRound round, TrialEvidence trial)
    {
        var checks = (int)Math.Round((double)trial.Step / Math.Max(1, trial.HorizonSteps) / interval);
        var share = Math.Min(1, checks * interval);
        var averages = round.Trials.Where(t => t.Trial != trial.Trial && t.Step > 0 && ComparisonRound.HasHad(t, share))
            .Select(t => Average(round, t, share)).Where(double.IsFinite).Order().ToArray();
        var best = trial.Curve.Select(round.Loss).DefaultIfEmpty(double.PositiveInfinity).Min();
        return averages.Length >= LeastOthers && best > Median(averages) ? null : Math.Min(1, (checks + 1) * interval);
    }

    private static double Average(ComparisonRound round, TrialEvidence trial, double share)
    {
        var step = ComparisonRound.StepAt(trial, share);
        return trial.Curve.Where(p => p.Step <= step).Select(round.Loss).Where(double.IsFinite)
            .DefaultIfEmpty(double.PositiveInfinity).Average();
    }

    private static double Median(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
