using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Replay;

/// <summary>
/// One learning curve of a recording: a line of a JSON Lines file, which may be gzipped. The fields are those of the public
/// benchmark recordings (suite, workload, family, problem, …); the last six are only in recordings of AutoSelect jobs, and in the prior
/// that comes with it.
/// </summary>
public sealed record RecordedCurve
{
    public string Suite { get; init; } = "";
    public string Workload { get; init; } = "";

    /// <summary>A workload and its variants; what is fitted for one family must come from others.</summary>
    public string Family { get; init; } = "";

    /// <summary>Curves with the same problem are candidates for the same task.</summary>
    public string Problem { get; init; } = "";

    /// <summary>Number of the repetition of a workload's problem, from 0; null where there are none.</summary>
    public int? Study { get; init; }

    public required string Candidate { get; init; }
    public string Algorithm { get; init; } = "";

    public ImmutableSortedDictionary<string, JsonElement> Hyperparameters { get; init; } =
        ImmutableSortedDictionary<string, JsonElement>.Empty;
    public string Metric { get; init; } = "";

    /// <summary>"minimize" or "maximize".</summary>
    [JsonPropertyName("direction")] public string DirectionName { get; init; } = "minimize";

    public double? Target { get; init; }

    /// <summary>Seconds within which the target counts, or the job's deadline.</summary>
    public double? BudgetSeconds { get; init; }

    /// <summary>Steps of the whole run as planned; the last step when missing.</summary>
    public double? StepHint { get; init; }

    public required ImmutableArray<long> Steps { get; init; }

    /// <summary>Training seconds at each step; null counts one second a step.</summary>
    public ImmutableArray<double>? Seconds { get; init; }

    /// <summary>Deliverable values; null where not finite.</summary>
    public required ImmutableArray<double?> Values { get; init; }

    /// <summary>Evaluation seconds at each step, not part of <see cref="Seconds"/>; null counts none.</summary>
    public ImmutableArray<double>? EvaluationSeconds { get; init; }

    public int? BatchSize { get; init; }
    public LearningRateSchedule? Schedule { get; init; }
    public long? Seed { get; init; }

    /// <summary>
    /// How the run ended, as a <see cref="TrialState"/>; only a run whose state is Completed shows what its candidate can do.
    /// </summary>
    public string? State { get; init; }

    /// <summary>Software the run was made with, where a benchmark has several.</summary>
    public string? Framework { get; init; }

    /// <summary>
    /// Where a curve of the prior that comes with AutoSelect was recorded, and its licence; null for all others. What a store has recorded
    /// itself outweighs such curves.
    /// </summary>
    public string? Origin { get; init; }

    /// <summary>False for runs that were broken off before their end: they tell only by when a target was not reached.</summary>
    [JsonIgnore] public bool IsComplete => State is null or nameof(TrialState.Completed) || Steps[^1] >= StepHint;

    [JsonIgnore] public Direction Direction => DirectionName == "maximize" ? Direction.Maximize : Direction.Minimize;

    [JsonIgnore] public long HorizonSteps => Math.Max(Steps.IsDefaultOrEmpty ? 1 : Steps[^1], (long)(StepHint ?? 0));

    /// <summary>Training seconds at point i.</summary>
    public double SecondsAt(int i) => Seconds is { } seconds ? seconds[i] : Steps[i];

    /// <summary>Evaluation seconds at point i.</summary>
    public double EvaluationAt(int i) => EvaluationSeconds is { } seconds ? seconds[i] : 0;

    /// <summary>What <see cref="DirectionName"/> says of a direction.</summary>
    public static string NameOf(Direction direction) => direction == Direction.Maximize ? "maximize" : "minimize";

    /// <summary>Index of the last point at or before a step; −1 when there is none.</summary>
    public int Last(long step)
    {
        var i = Steps.BinarySearch(step);
        return i >= 0 ? i : ~i - 1;
    }
}
