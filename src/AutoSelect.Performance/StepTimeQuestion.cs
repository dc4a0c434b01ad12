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

    /// <summary>Work on layers' matrices, which takes the place of a rule of thumb for strategies that capture layers.</summary>
    public LayerMatrixWork MatrixWork { get; init; }

    /// <summary>Forward and backward passes over the batch in a step; 2 for sharpness-aware minimisation.</summary>
    public int Passes { get; init; } = 1;

    /// <summary>Parts in which a pass goes over the batch.</summary>
    public int Parts { get; init; } = 1;

    /// <summary>Products in the precision over those in fp32, as the device measured them; null where it did not.</summary>
    public double? PrecisionGain { get; init; }

    /// <summary>Examples of one evaluation; null where unknown.</summary>
    public int? EvaluationExamples { get; init; }

    /// <summary>Weights that an evaluation measures: 2 where averaged ones are kept.</summary>
    public int EvaluatedWeights { get; init; } = 1;

    /// <summary>The question for a candidate of a job.</summary>
    /// <param name="candidate">Whose batch is that of one device.</param>
    /// <param name="strategy">The candidate's.</param>
    /// <param name="workload">Looked at: a workload that was only listed has neither layers nor examples.</param>
    /// <param name="device">Kind of the device.</param>
    /// <param name="bf16">What the device measured of its low precision; null where it did not.</param>
    /// <param name="threads">Of a CPU device.</param>
    public static StepTimeQuestion ForCandidate(
        Candidate candidate, StrategyDescription strategy, WorkloadDescription workload, DeviceKind device,
        Bf16Speed? bf16 = null, int threads = 1)
    {
        var (modifiers, can) = (candidate.Modifiers, strategy.Capabilities);
        return new()
        {
            Strategy = candidate.Strategy,
            BatchSize = candidate.BatchSize,
            Workload = workload.Name,
            ForwardMultiplyAdds = workload.ForwardMultiplyAdds,
            Parameters = workload.Layers.IsDefaultOrEmpty ? null : workload.Layers.Sum(l => (double)l.Parameters),
            Precision = candidate.Precision,
            PrecisionGain = bf16 is { Reason.Length: 0 } measured ? Math.Min(measured.Gemm, measured.Convolution) : null,
            Device = device,
            Threads = threads,
            StatePerParameter = can.StatePerParameter,
            CapturesLayers = can.NeedsLayerCapture,
            MatrixWork = LayerMatrixWork.ForCandidate(candidate, strategy, workload),
            Passes = modifiers.SamRho is null ? 1 : 2,
            Parts = modifiers.MicroBatch is > 0 and var size ? (candidate.BatchSize + size - 1) / size : 1,
            EvaluationExamples = workload.ValidationExamples,
            EvaluatedWeights = modifiers.Averaging != WeightAveraging.Off || can.AveragesWeights ? 2 : 1,
        };
    }
}

/// <summary>A step time that was measured in an earlier job; a list of them is what the caller keeps, as JSON.</summary>
/// <param name="Seconds">Mean wall-clock seconds of a step, other load included.</param>
/// <param name="EvaluationSeconds">Seconds of one evaluation; null where none was measured.</param>
public sealed record StepTimeMeasurement(StepTimeQuestion Question, double Seconds, double? EvaluationSeconds = null)
{
    internal bool IsUsable => double.IsFinite(Seconds) && Seconds > 0 && Question.BatchSize > 0;
}
