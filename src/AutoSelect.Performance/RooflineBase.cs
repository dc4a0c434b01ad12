using AutoSelect.Contracts;

namespace AutoSelect.Performance;

/// <summary>
/// The analytical step time: B examples, F multiply-adds of a forward pass, P parameters, s floats of state per parameter,
/// <code>T = t₀ + 3BF/R + 4P(3 + 2s)/W + [layers captured] (½BF/R)</code>
/// with t₀ the overhead of launching the operations of a step, R multiply-adds and W bytes per second of the device. A backward
/// pass costs two forward passes. The constants are for an ordinary core and an ordinary accelerator: right within a factor of
/// two or three, which is what the forecast says of itself, until measurements correct it.
/// </summary>
internal static class RooflineBase
{
    /// <summary>Standard deviation of log(true / base) where nothing was measured.</summary>
    public const double LogStandardDeviation = 0.8;

    private const double TypicalMultiplyAdds = 1e6;
    private const double TypicalParameters = 5e5;
    private const int TypicalEvaluationExamples = 5000;

    /// <summary>Seconds of one training step.</summary>
    public static double StepSeconds(StepTimeQuestion q)
    {
        var (overhead, rate, bandwidth) = Device(q);
        var (forward, update) = Parts(q, rate, bandwidth);
        return overhead + 3 * forward + update + (q.CapturesLayers ? 0.5 * forward + overhead : 0);
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
        return overhead + examples * (q.ForwardMultiplyAdds ?? TypicalMultiplyAdds) / rate;
    }

    private static (double Forward, double Update) Parts(StepTimeQuestion q, double rate, double bandwidth) => (
        Math.Max(1, q.BatchSize) * (q.ForwardMultiplyAdds ?? TypicalMultiplyAdds) / rate,
        4 * (q.Parameters ?? TypicalParameters) * (3 + 2 * q.StatePerParameter) / bandwidth);

    /// <summary>Overhead in seconds, multiply-adds per second, bytes per second.</summary>
    private static (double Overhead, double Rate, double Bandwidth) Device(StepTimeQuestion q)
    {
        var low = q.Precision != "fp32";
        return q.Device == DeviceKind.Cuda
            ? (5e-4, low ? 3e13 : 6e12, 6e11)
            : (1e-3, (low ? 6e10 : 2.5e10) * Math.Max(1, q.Threads), 8e9);
    }
}
