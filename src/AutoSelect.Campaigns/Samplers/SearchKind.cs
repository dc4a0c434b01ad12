using System.Collections.Immutable;
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

/// <summary>What campaign files and commands call the ways to choose points.</summary>
internal static class SearchKinds
{
    private static readonly (string Name, SearchKind Kind)[] Named =
    [
        ("grid", SearchKind.Grid), ("random", SearchKind.Random), ("quasi-random", SearchKind.QuasiRandom), ("tpe", SearchKind.Tpe),
    ];

    public static ImmutableArray<string> Names { get; } = [.. Named.Select(n => n.Name)];

    /// <summary>Null where none is called so.</summary>
    public static SearchKind? Find(string? name) => Array.Find(Named, n => n.Name == name) is { Name: not null } found ? found.Kind : null;
}
