using System.Collections.Immutable;

namespace AutoSelect.Planning.JobFiles;

/// <summary>The keys of each section of a job file: what the parser accepts and the schema lists.</summary>
internal static class JobFileKeys
{
    public static readonly ImmutableArray<string> Root =
    [
        "name", "workload", "objective", "confidence", "candidates", "batchSizes", "ranks", "communication",
        "points", "epochs", "modifiers", "baseline",
        "probe", "commit", "seed", "checkpoints", "evaluation", "policy", "priority", "telemetry", "notify",
    ];

    public static readonly ImmutableArray<string> Workload =
    [
        "name", "assembly", "type", "options",
        "command", "trained", "metric", "direction", "steps", "arguments", "environment", "patience", "disk", "processes",
        "resumes", "points",
    ];

    /// <summary>Keys of the root that say something of a strategy of the catalogue and nothing of a program.</summary>
    public static readonly ImmutableArray<string> NotOfPrograms =
        ["batchSizes", "communication", "points", "epochs", "modifiers"];

    public static readonly ImmutableArray<string> ProgramCandidate = ["name", "like", "arguments", "search", "points", "steps", "ranks"];
    public static readonly ImmutableArray<string> PointSource = ["format", "file", "pattern", "step", "value"];

    /// <summary>Those of what joins a job while it runs.</summary>
    public static readonly ImmutableArray<string> Addition =
        ["candidates", "batchSizes", "ranks", "communication", "points", "epochs", "modifiers"];

    public static readonly ImmutableArray<string> Objective = ["fastest_to", "best_by", "tradeoff", "deadline"];
    public static readonly ImmutableArray<string> Tradeoff = ["gain", "worth"];
    public static readonly ImmutableArray<string> Candidate =
    [
        "strategy", "values", "search", "batchSizes", "ranks", "communication", "points", "schedule", "modifiers", "continues"
    ];
    public static readonly ImmutableArray<string> Continues = ["candidate", "after", "rewarm"];

    public static readonly ImmutableArray<string> Modifiers =
    [
        "precision", "microBatch", "clipNorm", "averaging", "cautious", "mixup", "labelSmoothing", "perturbation", "sam",
    ];

    public static readonly ImmutableArray<string> Range = ["min", "max", "scale"];
    public static readonly ImmutableArray<string> Probe = ["devices", "insurance", "price"];
    public static readonly ImmutableArray<string> Commit = ["devices"];
    public static readonly ImmutableArray<string> Checkpoints = ["every", "diskLimit"];
    public static readonly ImmutableArray<string> Evaluation = ["perEpoch"];
    public static readonly ImmutableArray<string> Telemetry = ["labels"];
}
