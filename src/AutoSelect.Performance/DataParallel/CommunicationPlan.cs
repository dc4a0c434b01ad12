using AutoSelect.Communication;

namespace AutoSelect.Performance;

/// <summary>How the devices of a job exchange what they learned.</summary>
public sealed record CommunicationPlan
{
    public GradientCompression Compression { get; init; } = GradientCompression.Fp32;

    /// <summary>H: steps between exchanges. Above 1 it is local SGD: the parameters' change is exchanged, nothing overlaps.</summary>
    public int LocalSteps { get; init; } = 1;

    /// <summary>Of what travels as it is; null leaves it to a message's size, and other encodings have ways of their own.</summary>
    public Hierarchy? Hierarchy { get; init; }

    public OverlapMode Overlap { get; init; } = OverlapMode.None;

    public TransferOrder Order { get; init; } = TransferOrder.LowestLayer;

    /// <summary>Fusion size, bytes of fp32 gradients; 0 sends each layer alone, infinity all in one message.</summary>
    public double BucketBytes { get; init; } = double.PositiveInfinity;

    /// <exception cref="ArgumentException">H below 1, or overlap with H above 1.</exception>
    internal void Validate()
    {
        if (LocalSteps < 1) throw new ArgumentException($"Local steps are {LocalSteps}; at least 1");
        if (LocalSteps > 1 && Overlap != OverlapMode.None)
            throw new ArgumentException(
                $"Overlap {Overlap} with {LocalSteps} local steps; what local SGD exchanges is complete only after its last step");
    }
}
