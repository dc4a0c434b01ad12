using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>
/// What is needed to tell from steps on one number of devices what they take on another; fixed at submission, so that decisions can be
/// repeated.
/// </summary>
[GenerateSerializer, Immutable, Alias("autoselect.RankForecast")]
public sealed record RankForecast
{
    /// <summary>What ranks of the submitting machine measured of their links, as the JSON of a group's measurement.</summary>
    [Id(0)] public required string Links { get; init; }

    /// <summary>The model's layers, first layer first.</summary>
    [Id(1)] public required ImmutableArray<LayerSize> Layers { get; init; }

    /// <summary>Kind of the devices that train.</summary>
    [Id(2)] public DeviceKind Device { get; init; }

    /// <summary>By candidate's name.</summary>
    [Id(3)] public required ImmutableSortedDictionary<string, SharedCandidate> Candidates { get; init; }
}

/// <summary>A candidate whose batches several devices may share.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.SharedCandidate")]
public sealed record SharedCandidate
{
    /// <summary>
    /// compute(batch/n)/compute(batch) by n, for every n up to the candidate's ranks or its commit's that divides the batch; 1 for one
    /// device.
    /// </summary>
    [Id(0)] public required ImmutableSortedDictionary<int, double> ComputeRatios { get; init; }

    /// <summary>The most that may run beside the exchange without a bearing on what is computed.</summary>
    [Id(1)] public ExchangeOverlap Overlap { get; init; }
}
