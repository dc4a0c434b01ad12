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
    /// Conjugate normal update of log seconds: prior N(log m, s²), measurement the logarithm of the mean by the wall clock, which is what
    /// steps to come will take if the machine stays as busy as it was.
    /// </summary>
    /// <param name="prior">Belief before; usually of <see cref="StepTimeModel"/>.</param>
    /// <param name="measured">The trial's measurement; null, or one without steps, leaves the prior.</param>
    /// <param name="evaluationSeconds">Mean seconds of the trial's evaluations so far; null leaves the prior's.</param>
    public static StepTimeForecast Update(StepTimeForecast prior, StepTime? measured, double? evaluationSeconds = null)
    {
        var evaluation = IsTime(evaluationSeconds) ? evaluationSeconds!.Value : prior.EvaluationSeconds;
        if (LogVariance(measured) is not { } variance) return prior with { EvaluationSeconds = evaluation };
        var before = Math.Max(1e-6, prior.LogStandardDeviation * prior.LogStandardDeviation);
        var weight = before / (before + variance);
        var log = Math.Log(prior.MedianSeconds) + weight * Math.Log(measured!.MeanSeconds / prior.MedianSeconds);
        var after = before * variance / (before + variance) + ContentionVariance(measured);
        return new StepTimeForecast(Math.Exp(log), Math.Sqrt(after), evaluation, measured.Spread);
    }

    /// <summary>
    /// Variance of the logarithm of a mean as a measurement of what steps take: that of the mean, and the drift between segments. Null
    /// where nothing was measured.
    /// </summary>
    internal static double? LogVariance(StepTime? measured)
    {
        if (measured is not { Steps: > 0 } || !(measured.MeanSeconds > 0) || !double.IsFinite(measured.MeanSeconds)) return null;
        var relative = double.IsFinite(measured.StandardErrorSeconds) ? measured.StandardErrorSeconds / measured.MeanSeconds : 1;
        return Drift * Drift + Math.Min(relative * relative, 1) + OneStep * OneStep / measured.Steps;
    }

    /// <summary>
    /// What the machine's other load adds to the variance: half of it may go, or come once more. How much it is shows in how far the mean
    /// lies above the lower quartile, which is what a step takes when nothing disturbs it. No reason to trust the prediction more.
    /// </summary>
    internal static double ContentionVariance(StepTime measured) =>
        measured.LowerQuartileSeconds > 0 && measured.MeanSeconds > measured.LowerQuartileSeconds
            ? Math.Pow(Math.Log(measured.MeanSeconds / measured.LowerQuartileSeconds) / 2, 2) : 0;

    internal static bool IsTime(double? seconds) => seconds is { } value && double.IsFinite(value) && value >= 0;
}
