using AutoSelect.Contracts;

namespace AutoSelect.Performance;

/// <summary>Joins a prediction with what a trial's own steps took.</summary>
public static class StepTimePosterior
{
    /// <summary>Standard deviation, between segments, of the logarithm of a step time: clocks, caches, neighbours.</summary>
    private const double Drift = 0.04;

    /// <summary>Standard deviation of the logarithm of a single step.</summary>
    private const double OneStep = 0.25;

    /// <summary>
    /// Conjugate normal update of log seconds: prior N(log m, s²), measurement log q₂₅ with the variance of its mean, the drift
    /// between segments and the contention. The lower quartile q₂₅ is what a step takes when no other load disturbs it; how far
    /// the mean lies above it is contention, which may come back, so it widens the belief instead of moving it; ranks in step meet it on
    /// any of them.
    /// </summary>
    /// <param name="prior">Belief before; usually of <see cref="StepTimeModel"/>.</param>
    /// <param name="measured">The trial's measurement; null, or one without steps, leaves the prior.</param>
    /// <param name="evaluationSeconds">Mean seconds of the trial's evaluations so far; null leaves the prior's.</param>
    public static StepTimeForecast Update(StepTimeForecast prior, StepTime? measured, double? evaluationSeconds = null)
    {
        var evaluation = evaluationSeconds is { } seconds && double.IsFinite(seconds) && seconds >= 0 ? seconds : prior.EvaluationSeconds;
        if (measured is not { Steps: > 0 } || !(measured.LowerQuartileSeconds > 0) || !double.IsFinite(measured.LowerQuartileSeconds))
            return prior with { EvaluationSeconds = evaluation };
        var relative = measured.MeanSeconds > 0 && double.IsFinite(measured.StandardErrorSeconds)
            ? measured.StandardErrorSeconds / measured.MeanSeconds
            : 1;
        var contention =
            measured.MeanSeconds > measured.LowerQuartileSeconds ? Math.Log(measured.MeanSeconds / measured.LowerQuartileSeconds) / 2 : 0;
        var variance = Drift * Drift + Math.Min(relative * relative, 1) + OneStep * OneStep / measured.Steps + contention * contention;
        var before = Math.Max(1e-6, prior.LogStandardDeviation * prior.LogStandardDeviation);
        var weight = before / (before + variance);
        var log = Math.Log(prior.MedianSeconds) + weight * Math.Log(measured.LowerQuartileSeconds / prior.MedianSeconds);
        return new StepTimeForecast(Math.Exp(log), Math.Sqrt(before * variance / (before + variance)), evaluation, measured.Spread);
    }
}
