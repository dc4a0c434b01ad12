using AutoSelect.Contracts;

namespace AutoSelect.Performance;

/// <summary>
/// The analytical step time: B examples in p passes of c parts, F multiply-adds of a forward pass of one, P parameters, s floats of state
/// per parameter, M multiply-adds on layers' matrices (<see cref="LayerMatrixWork"/>),
/// <code>T = c p t₀ + (3pBF + M)/R + 4P(3 + 2s)/W</code>
/// with t₀ the overhead of launching the operations of a step, R multiply-adds and W bytes per second of the device. A backward
/// pass costs two forward passes. A strategy that captures layers and does not say what it does with them adds t₀ + ½BF/R. The constants
/// are for an ordinary core and an ordinary accelerator: right within a factor of two or three, which is what the forecast says of itself,
/// until measurements correct it; how candidates of one job stand to each other it knows better.
/// </summary>
internal static class RooflineBase
{
    /// <summary>Standard deviation of log(true / base) where nothing was measured.</summary>
    public const double LogStandardDeviation = 0.8;

    private const double TypicalMultiplyAdds = 1e6;
    private const double TypicalParameters = 5e5;
    private const int TypicalEvaluationExamples = 5000;

    /// <summary>Seconds of one training step, averaged over what is done every few steps only.</summary>
    public static double StepSeconds(StepTimeQuestion q)
    {
        var (overhead, rate, bandwidth) = Device(q);
        var (forward, update) = Parts(q, rate, bandwidth);
        var single = q.Precision == "fp32" ? rate : Device(q with { Precision = "fp32" }).Rate;
        var work = q.MatrixWork;
        var matrices = (work.Fixed + Math.Max(1, q.BatchSize) * work.PerExample) / single;
        if (q.CapturesLayers && work == default) matrices = 0.5 * forward + overhead;
        return overhead * q.Passes * q.Parts + 3 * q.Passes * forward + update + matrices;
    }

    /// <summary>Seconds of a forward pass and of an update, without overhead; a backward pass takes two forward passes.</summary>
    public static (double Forward, double Update) Parts(StepTimeQuestion q)
    {
        var (_, rate, bandwidth) = Device(q);
        return Parts(q, rate, bandwidth);
    }

    /// <summary>Seconds of one evaluation of the whole validation data.</summary>
    public static double EvaluationSeconds(StepTimeQuestion q)
    {
        var (overhead, rate, _) = Device(q);
        var examples = q.EvaluationExamples ?? TypicalEvaluationExamples;
        return q.EvaluatedWeights * (overhead + examples * (q.ForwardMultiplyAdds ?? TypicalMultiplyAdds) / rate);
    }

    private static (double Forward, double Update) Parts(StepTimeQuestion q, double rate, double bandwidth) => (
        Math.Max(1, q.BatchSize) * (q.ForwardMultiplyAdds ?? TypicalMultiplyAdds) / rate,
        4 * (q.Parameters ?? TypicalParameters) * (3 + 2 * q.StatePerParameter) / bandwidth);

    /// <summary>Overhead in seconds, multiply-adds per second, bytes per second.</summary>
    private static (double Overhead, double Rate, double Bandwidth) Device(StepTimeQuestion q)
    {
        var isCuda = q.Device == DeviceKind.Cuda;
        var gain = q.Precision == "fp32" ? 1 : q.PrecisionGain ?? (isCuda ? 5 : 2.4);
        return isCuda ? (5e-4, gain * 6e12, 6e11) : (1e-3, gain * 2.5e10 * Math.Max(1, q.Threads), 8e9);
    }
}
