namespace AutoSelect.Selection.Replay.Import;

/// <summary>
/// What AutoSelect calls the algorithms of AlgoPerf's submissions. Those without a counterpart in the catalogue keep their names: they tell
/// of problems and of their kind, not of candidates.
/// </summary>
internal static class AlgoPerfNames
{
    /// <summary>Prefixes of submission names, the more special ones first; "baseline" is the target-setting NAdamW.</summary>
    private static readonly (string Prefix, string Strategy)[] Counterparts =
    [
        ("baseline", "nadamw"), ("nadamw", "nadamw"), ("adamw", "adamw"), ("lamb", "lamb"), ("momentum", "sgd"), ("nesterov", "sgd"),
        ("sgd", "sgd"), ("schedule_free_adamw", "schedule-free-adamw"), ("shampoo", "shampoo"),
    ];

    /// <summary>The strategy of a submission; its own name where there is no counterpart.</summary>
    public static string Strategy(string algorithm) =>
        Counterparts.Where(c => algorithm.StartsWith(c.Prefix, StringComparison.Ordinal)).Select(c => c.Strategy).FirstOrDefault(algorithm);

    /// <summary>True for recordings of that benchmark.</summary>
    public static bool IsFrom(RecordedCurve curve) => curve.Suite.StartsWith("algoperf", StringComparison.Ordinal);
}
