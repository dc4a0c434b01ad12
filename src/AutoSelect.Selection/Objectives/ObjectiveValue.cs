using AutoSelect.Contracts;
using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Selection.Objectives;

/// <summary>
/// Turns a trial's outlook into what the objective makes of it: one loss per sample, smaller is better, if the trial were
/// committed to now. Seconds for <c>fastest_to</c> and <c>tradeoff</c>, units of the metric for <c>best_by</c>.
/// </summary>
internal sealed class ObjectiveValue
{
    private readonly Objective objective;
    private readonly double missSeconds;
    private readonly double spread;

    /// <param name="remaining">Seconds of wall clock left before the deadline; infinite without one.</param>
    /// <param name="missSeconds">Price of missing the target, in seconds.</param>
    /// <param name="spread">Spread of the values, which makes a near miss cheaper than a far one.</param>
    public ObjectiveValue(Objective objective, double remaining, double missSeconds, double spread)
    {
        (this.objective, RemainingSeconds, this.missSeconds, this.spread) = (objective, remaining, missSeconds, Math.Max(1e-12, spread));
        Sign = objective.Direction == Direction.Maximize ? -1 : 1;
    }

    public double RemainingSeconds { get; }

    /// <summary>Turns a value of the metric so that smaller is better, and back.</summary>
    public double Sign { get; }

    public double? Target => objective.Target is { } target && double.IsFinite(target) ? Sign * target : null;

    public string Unit => objective.Kind == ObjectiveKind.BestBy ? objective.Metric : "s";

    /// <summary>Losses by sample.</summary>
    public double[] Losses(TrialOutlook outlook)
    {
        var losses = new double[outlook.Samples];
        for (var s = 0; s < losses.Length; s++) losses[s] = Loss(outlook, s, RemainingSeconds);
        return losses;
    }

    /// <summary>Loss of one sample when this many seconds are left.</summary>
    public double Loss(TrialOutlook outlook, int sample, double remaining) => objective.Kind switch
    {
        ObjectiveKind.FastestTo when Target is { } target => LossOfTarget(outlook, sample, target, remaining),
        ObjectiveKind.Tradeoff => LossOfTradeoff(outlook, sample, remaining),
        _ => outlook.At(outlook.Latent, sample, outlook.FinalStep(sample, remaining)),
    };

    private double LossOfTarget(TrialOutlook outlook, int sample, double target, double remaining)
    {
        var seconds = outlook.SecondsToTarget(sample, target, remaining);
        if (double.IsFinite(seconds)) return seconds;
        var shortfall = outlook.At(outlook.Latent, sample, outlook.FinalStep(sample, remaining)) - target;
        return missSeconds * (1 + 0.5 * Math.Tanh(Math.Max(0, shortfall) / spread));
    }

    private double LossOfTradeoff(TrialOutlook outlook, int sample, double remaining)
    {
        var price = objective.SecondsPerUnit ?? 0;
        var last = outlook.FinalStep(sample, remaining);
        var best = double.PositiveInfinity;
        foreach (var step in outlook.Steps)
        {
            var at = Math.Min(step, last);
            var loss = price * outlook.At(outlook.Latent, sample, at) + (at - outlook.Evidence.Step) * outlook.SecondsPerStep[sample];
            best = Math.Min(best, loss);
            if (step >= last) break;
        }
        return best;
    }
}
