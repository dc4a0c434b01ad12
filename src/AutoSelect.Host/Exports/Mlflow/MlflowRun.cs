using System.Collections.Immutable;

namespace AutoSelect.Host.Exports.Mlflow;

/// <summary>A run as MLflow keeps it: the job, or one of its trials below it.</summary>
internal sealed record MlflowRun
{
    /// <summary>Tells it from all other runs, those of other stores with the same job ids among them; value of a tag.</summary>
    public required string Key { get; init; }

    /// <summary>As the pages show it.</summary>
    public required string Name { get; init; }

    public required DateTimeOffset Started { get; init; }

    /// <summary>When it came to its end; null while it goes on.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>RUNNING, FINISHED, FAILED or KILLED.</summary>
    public required string Status { get; init; }

    /// <summary>What it was given; MLflow lets nobody change it.</summary>
    public required ImmutableSortedDictionary<string, string> Parameters { get; init; }

    /// <summary>What is said of it now. The pages show it as text.</summary>
    public required ImmutableSortedDictionary<string, string> Tags { get; init; }

    /// <summary>In the order in which they were stored; finite ones alone.</summary>
    public required ImmutableArray<TrialValue> Values { get; init; }
}
