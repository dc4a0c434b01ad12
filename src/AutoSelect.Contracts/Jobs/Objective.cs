namespace AutoSelect.Contracts;

[JsonStringEnum]
public enum Direction { Minimize, Maximize }

public static class Directions
{
    /// <summary>True when a value is as good as a target; false for NaN.</summary>
    public static bool Reaches(this Direction direction, double value, double target) =>
        direction == Direction.Maximize ? value >= target : value <= target;
}

[JsonStringEnum]
public enum ObjectiveKind
{
    /// <summary>Reach the target as early as possible.</summary>
    FastestTo,

    /// <summary>Have the best value when the deadline comes.</summary>
    BestBy,

    /// <summary>Train to the horizon that best trades value against time.</summary>
    Tradeoff,
}

/// <summary>What the job is to achieve. Times are seconds of wall clock since the job's start, the probe included.</summary>
public sealed record Objective
{
    public required ObjectiveKind Kind { get; init; }

    /// <summary>Name of the workload's metric, for display.</summary>
    public required string Metric { get; init; }

    public required Direction Direction { get; init; }

    /// <summary>Value to reach; set with <see cref="ObjectiveKind.FastestTo"/>.</summary>
    public double? Target { get; init; }

    /// <summary>Seconds of wall clock the job may take; set with <see cref="ObjectiveKind.BestBy"/>, optional otherwise.</summary>
    public double? DeadlineSeconds { get; init; }

    /// <summary>Seconds that one unit of the metric is worth; set with <see cref="ObjectiveKind.Tradeoff"/>.</summary>
    public double? SecondsPerUnit { get; init; }

    /// <summary>True when <paramref name="a"/> is strictly better than <paramref name="b"/>.</summary>
    public bool IsBetter(double a, double b) => Direction == Direction.Maximize ? a > b : a < b;

    /// <summary>True when the value reaches the target; false without a target.</summary>
    public bool Reaches(double value) => Target is { } target && Direction.Reaches(value, target);
}
