using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection;

/// <summary>What a simulated job is run under.</summary>
public sealed record SimulatedConditions
{
    public required Objective Objective { get; init; }
    public int Devices { get; init; } = 2;
    public double Confidence { get; init; } = 0.9;
    public ProbeBudget Probe { get; init; } = new();
    public long Seed { get; init; } = 1;

    /// <summary>Conditions for the curves of one problem: their target within their budget when they have one, else the best value by the budget or, without one, by the median length of a run.</summary>
    public static SimulatedConditions For(ImmutableArray<RecordedCurve> curves, int devices)
    {
        var curve = curves[0];
        var runs = curves.Select(c => c.SecondsAt(c.Steps.Length - 1) + c.EvaluationAt(c.Steps.Length - 1)).Order().ToArray();
        return new SimulatedConditions
        {
            Devices = devices,
            Objective = new Objective
            {
                Kind = curve.Target is null ? ObjectiveKind.BestBy : ObjectiveKind.FastestTo,
                Metric = curve.Metric,
                Direction = curve.Direction,
                Target = curve.Target,
                DeadlineSeconds = curve.BudgetSeconds ?? (curve.Target is null ? runs[runs.Length / 2] : null),
            },
        };
    }
}

/// <summary>One decision of a simulated job.</summary>
public sealed record SimulatedRung(int Rung, double At, SelectionOutcome Outcome);

/// <summary>How a simulated job ended. All seconds are virtual.</summary>
public sealed record SimulatedOutcome
{
    public required ImmutableArray<SimulatedRung> Rungs { get; init; }
    public string? Winner { get; init; }

    /// <summary>Wall-clock seconds to the target, the probe included; null when it was not reached.</summary>
    public double? SecondsToTarget { get; init; }

    /// <summary>Last value of the winner.</summary>
    public double? Value { get; init; }

    public required double WallSeconds { get; init; }

    /// <summary>Device seconds of all trials.</summary>
    public required double DeviceSeconds { get; init; }

    /// <summary>Device seconds of all trials but the winner.</summary>
    public required double ProbeSeconds { get; init; }

    public required ReferenceFigures Reference { get; init; }

    /// <summary>Time to the target over the oracle's, capped at 4, which is also the price of a miss; null without an oracle.</summary>
    public double? Slowdown => Reference.OracleSeconds is { } oracle ? Math.Min(4, (SecondsToTarget ?? double.PositiveInfinity) / oracle) : null;
}
