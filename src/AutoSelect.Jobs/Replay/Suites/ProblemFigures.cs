using AutoSelect.Contracts;


namespace AutoSelect.Jobs.Replay.Suites;

/// <summary>What a policy made of one problem. All seconds are virtual.</summary>
public sealed record ProblemFigures
{
    public required string Problem { get; init; }
    public required string Family { get; init; }
    public required string Workload { get; init; }
    public required int Candidates { get; init; }

    /// <summary>Shortest time to the target of any candidate; null when none reaches it.</summary>
    public double? OracleSeconds { get; init; }

    /// <summary>Seconds of the job to the target, selection included; null when it was missed.</summary>
    public double? Seconds { get; init; }

    /// <summary>At most 4.</summary>
    public double? Slowdown { get; init; }

    /// <summary>0 to 1; instead of the slowdown where the job has no target.</summary>
    public double? ScaledRegret { get; init; }

    public required double DeviceSeconds { get; init; }
    public double? DeviceTimeOverOracle { get; init; }

    /// <summary>Time of the job over that of the baseline alone.</summary>
    public double? TimeOverBaseline { get; init; }

    public string? Winner { get; init; }
    public required bool Hit { get; init; }
    public required int Decisions { get; init; }

    internal static ProblemFigures FromReplay(ProblemReplay replay)
    {
        var timed = replay.Objective.Kind == ObjectiveKind.FastestTo;
        return new ProblemFigures
        {
            Problem = replay.Problem.Name,
            Family = replay.Problem.Family,
            Workload = replay.Problem.Workload,
            Candidates = replay.Problem.Curves.Length,
            OracleSeconds = replay.OracleSeconds,
            Seconds = replay.Outcome.SecondsToTarget,
            Slowdown = timed ? replay.Loss : null,
            ScaledRegret = timed ? null : replay.Loss,
            DeviceSeconds = replay.Outcome.DeviceSeconds,
            DeviceTimeOverOracle = replay.DeviceTimeOverOracle,
            TimeOverBaseline = replay.OverBaseline?.TimeOverBaseline,
            Winner = replay.Outcome.Winner,
            Hit = replay.Hit,
            Decisions = replay.Outcome.Rungs.Length,
        };
    }
}
