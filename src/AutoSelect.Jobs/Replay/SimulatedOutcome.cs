using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;
using AutoSelect.Selection.Replay;

namespace AutoSelect.Jobs.Replay;

/// <summary>One decision of a simulated job.</summary>
public sealed record SimulatedRung(int Rung, double At, SelectionOutcome Outcome);

/// <summary>How a simulated job ended. All seconds are virtual.</summary>
public sealed record SimulatedOutcome
{
    public required ImmutableArray<SimulatedRung> Rungs { get; init; }
    public string? Winner { get; init; }

    /// <summary>Wall-clock seconds to the target, the probe included; null when it was not reached.</summary>
    public double? SecondsToTarget { get; init; }

    /// <summary>What the winner measured.</summary>
    public ImmutableArray<CurvePoint> Curve { get; init; } = [];

    /// <summary>Last value of the winner.</summary>
    public double? Value => Curve is [.., var last] ? last.Value : null;

    public required double WallSeconds { get; init; }

    /// <summary>Device seconds of all trials.</summary>
    public required double DeviceSeconds { get; init; }

    /// <summary>Device seconds of all trials but the winner.</summary>
    public required double ProbeSeconds { get; init; }

    public required ReferenceFigures Reference { get; init; }

    /// <summary>Time to the target over the oracle's, capped at 4, which is also the price of a miss; null without an oracle.</summary>
    public double? Slowdown =>
        Reference.OracleSeconds is { } oracle ? Math.Min(4, (SecondsToTarget ?? double.PositiveInfinity) / oracle) : null;
}
