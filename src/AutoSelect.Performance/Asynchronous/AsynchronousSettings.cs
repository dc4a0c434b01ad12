namespace AutoSelect.Performance;

/// <summary>
/// An asynchronous run: each worker computes gradients without a pause and adds them up; beside it, round after round, the sums of all
/// workers are taken away, exchanged and applied, and the new parameters published.
/// </summary>
public sealed record AsynchronousSettings
{
    /// <summary>T_gradient: one micro-step of a worker.</summary>
    public required TimeDistribution Gradient { get; init; }

    /// <summary>T_update: a round's exchange and update.</summary>
    public required TimeDistribution Update { get; init; }

    /// <summary>Workers that share the rounds.</summary>
    public required int Workers { get; init; }

    /// <summary>Samples of a micro-step. Default 1.</summary>
    public int MicroBatch { get; init; } = 1;

    /// <summary>
    /// Rounds between taking the sums and publishing what they changed. Default 1; 2 where the exchange of a round runs beside the update
    /// of the one before.
    /// </summary>
    public int PipelineDepth { get; init; } = 1;

    internal void Validate()
    {
        if (Workers < 1) throw new ArgumentException($"Workers are {Workers}; at least 1");
        if (MicroBatch < 1) throw new ArgumentException($"A micro-step has {MicroBatch} samples; at least 1");
        if (PipelineDepth < 1) throw new ArgumentException($"The pipeline depth is {PipelineDepth}; at least 1");
    }
}
