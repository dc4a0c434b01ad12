using System.Collections.Immutable;

namespace AutoSelect.Selection.Replay.Import;

/// <summary>What an import made of existing runs.</summary>
public sealed record ImportedCurves
{
    public required ImmutableArray<RecordedCurve> Curves { get; init; }

    /// <summary>Runs that were left out, each with its reason.</summary>
    public ImmutableArray<ImportNotice> Skipped { get; init; } = [];

    /// <summary>What is known of an imported curve less well than one would think.</summary>
    public ImmutableArray<ImportNotice> Notices { get; init; } = [];
}

/// <summary>A remark of an import.</summary>
/// <param name="Source">File, trial or job it is about.</param>
/// <param name="Reason">The value and the rule.</param>
public sealed record ImportNotice(string Source, string Reason);
