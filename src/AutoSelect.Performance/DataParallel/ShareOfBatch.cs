using AutoSelect.Contracts;

namespace AutoSelect.Performance;

/// <summary>A step time believed at a batch size, usually the posterior of a probe.</summary>
public sealed record BatchStepTime(int BatchSize, StepTimeForecast Step);

/// <summary>The step time of one device on batch/n from probes at other batch sizes.</summary>
public static class ShareOfBatch
{
    /// <summary>Standard deviation of the log step time for each unit of log batch size that a model bridges alone.</summary>
    private const double Bridging = 0.1;

    /// <summary>
    /// One probe is carried over by the ratio the step-time model predicts; several by T(b) = t₀ + b t₁ fitted to them. A probe at
    /// the very batch size stands for itself.
    /// </summary>
    /// <param name="question">The step at the batch size that is asked for.</param>
    /// <exception cref="ArgumentException">No probe, or one without a positive step time.</exception>
    public static StepTimeForecast Predict(StepTimeModel model, StepTimeQuestion question, IReadOnlyList<BatchStepTime> probes)
    {
        if (probes.Count == 0) throw new ArgumentException("At least one probe is needed", nameof(probes));
        if (probes.FirstOrDefault(p => p.BatchSize < 1 || !(p.Step.MedianSeconds > 0)) is { } bad)
            throw new ArgumentException(
                $"A probe at batch size {bad.BatchSize} took {bad.Step.MedianSeconds} s; both must be positive", nameof(probes));
        if (probes.FirstOrDefault(p => p.BatchSize == question.BatchSize) is { } exact) return exact.Step;
        var widest = probes.Max(p => p.Step.LogStandardDeviation);
        if (probes.Select(p => p.BatchSize).Distinct().Count() > 1)
        {
            var fit = RelativeFit.FitRows([.. probes.Select(p => Row(p.BatchSize))], [.. probes.Select(p => p.Step.MedianSeconds)]);
            var row = Row(question.BatchSize);
            return probes[0].Step with
            {
                MedianSeconds = fit.Seconds(row),
                LogStandardDeviation = Hypotenuse(widest, fit.LogStandardDeviation(row)),
            };
        }
        var probe = probes[0];
        var ratio = model.Predict(question).MedianSeconds / model.Predict(question with { BatchSize = probe.BatchSize }).MedianSeconds;
        return Carried(probe.Step, ratio, (double)question.BatchSize / probe.BatchSize);
    }

    /// <summary>A step time carried over to another batch size by a ratio that a model gave, and trusted less for it.</summary>
    /// <param name="step">As it was measured or believed.</param>
    /// <param name="ratio">Seconds there over seconds here, by the model.</param>
    /// <param name="share">Batch size there over batch size here, or its inverse.</param>
    public static StepTimeForecast Carried(StepTimeForecast step, double ratio, double share) => step with
    {
        MedianSeconds = step.MedianSeconds * ratio,
        LogStandardDeviation = Hypotenuse(step.LogStandardDeviation, Bridging * Math.Abs(Math.Log(share))),
    };

    private static double[] Row(int batch) => [1, batch];

    private static double Hypotenuse(double a, double b) => Math.Sqrt(a * a + b * b);
}
