using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>What may run beside the exchange of gradients.</summary>
[JsonStringEnum]
public enum ExchangeOverlap
{
    /// <summary>The exchange begins when the backward pass has ended.</summary>
    None,

    /// <summary>A bucket's exchange begins as soon as its gradients are complete.</summary>
    Backward,

    /// <summary>The same, and a layer's next forward pass begins as soon as its own bucket has arrived and was applied.</summary>
    BackwardAndForward,
}

/// <summary>How gradients are exchanged, without a bearing on what is learned: decided by the cost model and not by training.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.ExchangePlan")]
public sealed record ExchangePlan
{
    [Id(0)] public ExchangeOverlap Overlap { get; init; }

    /// <summary>Bytes of gradients that are fused into one message, at least 1; a layer is never split. Default 4 MiB.</summary>
    [Id(1)] public long BucketBytes { get; init; } = 4 << 20;

    /// <summary>Sizes of the levels of rings, first that of neighbours; empty leaves the choice to the message's size.</summary>
    [Id(2)] public ImmutableArray<int> Hierarchy { get; init; } = [];
}
