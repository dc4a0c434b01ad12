using AutoSelect.Contracts;

namespace AutoSelect.Testing;

/// <summary>Objectives on an accuracy.</summary>
public static class Goals
{
    public static Objective FastestTo(double target, double? deadline = null) => new()
    {
        Kind = ObjectiveKind.FastestTo,
        Metric = "accuracy",
        Direction = Direction.Maximize,
        Target = target,
        DeadlineSeconds = deadline,
    };

    public static Objective BestBy(double deadline) => new()
    {
        Kind = ObjectiveKind.BestBy,
        Metric = "accuracy",
        Direction = Direction.Maximize,
        DeadlineSeconds = deadline,
    };

    public static Objective Tradeoff(double secondsPerUnit) => new()
    {
        Kind = ObjectiveKind.Tradeoff,
        Metric = "accuracy",
        Direction = Direction.Maximize,
        SecondsPerUnit = secondsPerUnit,
    };
}
