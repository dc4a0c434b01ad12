using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Performance;

/// <summary>
/// Predicts the time of a training step before it was measured: the roofline base times a correction learned from earlier jobs.
/// With no history the base stands alone; with a few measurements it is shifted by their mean error, shrunk; from
/// <see cref="LeastForTrees"/> on boosted trees learn the error, at the first prediction, not at construction.
/// </summary>
/// <param name="history">Measurements of earlier jobs, in any order; unusable ones are left out.</param>
public sealed class StepTimeModel(IEnumerable<StepTimeMeasurement> history)
{
    /// <summary>Measurements from which trees are trained.</summary>
    public const int LeastForTrees = 20;

    private const double LeastLogStandardDeviation = 0.08;
    private readonly ImmutableArray<StepTimeMeasurement> history = [.. history.Where(m => m.IsUsable)];
    private readonly Lock gate = new();
    private ResidualTrees? trees;

    /// <summary>Whether predictions come from trees; their training takes a second or two at the first prediction.</summary>
    public bool UsesTrees => history.Length >= LeastForTrees;

    /// <summary>Step time and evaluation time of a question.</summary>
    public StepTimeForecast Predict(StepTimeQuestion question)
    {
        var (shift, spread) = UsesTrees ? Trees().Predict(question) : FromMean(question);
        return new StepTimeForecast(
            RooflineBase.StepSeconds(question) * Math.Exp(shift), Math.Max(LeastLogStandardDeviation, spread), EvaluationSeconds(question));
    }

    internal static double LogError(StepTimeMeasurement m) => Math.Log(m.Seconds / RooflineBase.StepSeconds(m.Question));

    private ResidualTrees Trees()
    {
        lock (gate) return trees ??= ResidualTrees.Train(history);
    }

    /// <summary>
    /// Conjugate normal means: the device's error from all measurements on its kind, the strategy's from its own, each with one
    /// prior measurement of error 0.
    /// </summary>
    private (double Shift, double Spread) FromMean(StepTimeQuestion question)
    {
        var onDevice = history.Where(m => m.Question.Device == question.Device).ToArray();
        if (onDevice.Length == 0) return (0, RooflineBase.LogStandardDeviation);
        var shift = onDevice.Sum(LogError) / (onDevice.Length + 1);
        var own = onDevice.Where(m => m.Question.Strategy == question.Strategy).ToArray();
        shift += own.Sum(m => LogError(m) - shift) / (own.Length + 1);
        var variance = onDevice.Sum(m => Math.Pow(LogError(m) - shift, 2)) + Math.Pow(RooflineBase.LogStandardDeviation, 2);
        return (shift, Math.Sqrt(variance / (onDevice.Length + 1) * (1 + 1.0 / (own.Length + 1))));
    }

    /// <summary>The median of what was measured for the workload on this kind of device; else the base, corrected like the steps.</summary>
    private double EvaluationSeconds(StepTimeQuestion question)
    {
        var measured = history.Where(
            m => m.EvaluationSeconds is > 0 && m.Question.Workload == question.Workload && m.Question.Device == question.Device)
            .Select(m => m.EvaluationSeconds!.Value).Where(double.IsFinite).Order().ToArray();
        return measured.Length > 0 ? measured[measured.Length / 2]
            : RooflineBase.EvaluationSeconds(question) * Math.Exp(FromMean(question).Shift);
    }
}
