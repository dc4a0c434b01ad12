using System.Text.Json.Serialization;

namespace AutoSelect.Campaigns.Samplers;

/// <summary>How a campaign chooses its points.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SearchKind>))]
internal enum SearchKind
{
    /// <summary>Every combination once.</summary>
    Grid,

    /// <summary>Independently and evenly.</summary>
    Random,

    /// <summary>A scrambled Halton sequence: evenly, and evenly spread.</summary>
    QuasiRandom,

    /// <summary>A tree-structured Parzen estimator, from what earlier points came to.</summary>
    Tpe,
}
