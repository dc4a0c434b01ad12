using System.Collections.Frozen;

namespace AutoSelect.Selection.History;

/// <summary>
/// Families of training algorithms: where a strategy has no runs of its own, those of its kind tell more of it than any others do.
/// </summary>
internal static class StrategyKind
{
    private static readonly FrozenDictionary<string, string> Kinds = new (string Kind, string[] Strategies)[]
    {
        ("adam",
            ["nadamw", "adamw", "radam", "lamb", "ademamix", "nadamp", "generalized_adam", "cyclic_lr", "lawa_queue", "lawa_ema", "amos"]),
        ("schedule-free", ["schedule-free-adamw", "schedule_free_prodigy"]),
        ("momentum", ["sgd", "lars"]),
        ("sign", ["lion"]),
        ("preconditioned", ["kfac", "kfac-large-batch", "noisy-kfac", "shampoo", "soap", "muon", "caspr_adaptive"]),
    }.SelectMany(k => k.Strategies.Select(s => KeyValuePair.Create(s, k.Kind))).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The kind of a strategy of the catalogue, or of an algorithm of a public benchmark; null for others.</summary>
    public static string? Find(string strategy) => Kinds.GetValueOrDefault(strategy);
}
