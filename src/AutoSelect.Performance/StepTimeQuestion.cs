using AutoSelect.Contracts;

namespace AutoSelect.Performance;

/// <summary>Everything known of a step before it is measured.</summary>
public sealed record StepTimeQuestion
{
    public required string Strategy { get; init; }

    /// <summary>Examples per step.</summary>
    public required int BatchSize { get; init; }

    /// <summary>Name of the workload; evaluation times are remembered by it.</summary>
    public string Workload { get; init; } = "";

    /// <summary>Multiply-adds of a forward pass of one example; null where unknown.</summary>
    public double? ForwardMultiplyAdds { get; init; }

    /// <summary>Parameters of the model; null where unknown.</summary>
    public double? Parameters { get; init; }

    /// <summary>fp32, bf16, …</summary>
    public string Precision { get; init; } = "fp32";

    public DeviceKind Device { get; init; }

    /// <summary>Threads of a CPU device.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Floats of optimizer state per parameter.</summary>
    public double StatePerParameter { get; init; } = 1;

    /// <summary>The strategy reads inputs and output gradients of single layers, as second-order methods do.</summary>
    public bool CapturesLayers { get; init; }

    /// <summary>Examples of one evaluation; null where unknown.</summary>
    public int? EvaluationExamples { get; init; }

    /// <summary>The question for a candidate of a job.</summary>
    public static StepTimeQuestion ForCandidate(
        Candidate candidate, StrategyDescription strategy, WorkloadDescription workload, DeviceKind device, int threads = 1) => new()
        {
            Strategy = candidate.Strategy,
            BatchSize = candidate.BatchSize,
            Workload = workload.Name,
            ForwardMultiplyAdds = workload.ForwardMultiplyAdds,
            Precision = candidate.Precision,
            Device = device,
            Threads = threads,
            StatePerParameter = strategy.Capabilities.StatePerParameter,
            CapturesLayers = strategy.Capabilities.NeedsLayerCapture,
        };
}

/// <summary>A step time that was measured in an earlier job; a list of them is what the caller keeps, as JSON.</summary>
/// <param name="Seconds">Lower quartile of the wall-clock seconds of a step.</param>
/// <param name="EvaluationSeconds">Seconds of one evaluation; null where none was measured.</param>
public sealed record StepTimeMeasurement(StepTimeQuestion Question, double Seconds, double? EvaluationSeconds = null)
{
    internal bool IsUsable => double.IsFinite(Seconds) && Seconds > 0 && Question.BatchSize > 0;
}
