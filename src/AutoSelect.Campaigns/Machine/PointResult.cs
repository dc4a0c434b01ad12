using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Machine;

/// <summary>How a point's job ended, and what the campaign learns of it.</summary>
internal sealed record PointResult
{
    /// <summary>Completed, Failed or Cancelled; a job that was refused has failed.</summary>
    public required JobPhase Phase { get; init; }

    public required string Summary { get; init; }
    public Direction Direction { get; init; }
    public bool ObjectiveMet { get; init; }

    /// <summary>
    /// Of the weights that were delivered; of a job that was stopped, of its best candidate by then. Null where none was measured.
    /// </summary>
    public double? Value { get; init; }

    public double? SecondsToTarget { get; init; }

    /// <summary>Seconds of the job's clock.</summary>
    public double Seconds { get; init; }

    /// <summary>Device seconds charged to it.</summary>
    public double DeviceSeconds { get; init; }

    /// <summary>Device seconds of them on candidates that were not chosen; null where the event is from before there was this.</summary>
    public double? ProbeSeconds { get; init; }

    /// <summary>Key of the winner, <see cref="Learning.Arms.Key"/>; null without one.</summary>
    public string? Winner { get; init; }

    /// <summary>Its name in its job.</summary>
    public string? WinnerName { get; init; }

    /// <summary>Keys of the candidates that were trained, be it a little.</summary>
    public ImmutableArray<string> TookPart { get; init; } = [];

    /// <summary>The best value of the winner by so many device seconds, ascending.</summary>
    public ImmutableArray<BestByThen> Curve { get; init; } = [];

    /// <summary>What the campaign minimizes; infinite where the point failed.</summary>
    public double Loss(CampaignGoal goal) => Phase != JobPhase.Completed ? double.PositiveInfinity
        : goal == CampaignGoal.Time ? SecondsToTarget ?? double.PositiveInfinity
        : Value is { } value && double.IsFinite(value) ? Signed(value) : double.PositiveInfinity;

    /// <summary>The value, turned so that less is better.</summary>
    public double Signed(double value) => Direction == Direction.Maximize ? -value : value;
}

/// <summary>The best value that a run had by then.</summary>
/// <param name="DeviceSeconds">Of the run.</param>
/// <param name="Value">Of the metric.</param>
internal sealed record BestByThen(double DeviceSeconds, double Value);
