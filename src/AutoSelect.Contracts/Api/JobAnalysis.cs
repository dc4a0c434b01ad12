using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>What can be read off a job as a whole: speed against accuracy, the baseline alone, and whether forecasts were right.</summary>
public sealed record JobAnalysis
{
    /// <summary>Number of the last event that it knows.</summary>
    public required long Version { get; init; }

    /// <summary>Best value measured of each trial, over the training seconds it took.</summary>
    public required ImmutableArray<PlanePoint> Measured { get; init; }

    /// <summary>Best value measured of each trial, over the training seconds of one pass over the data.</summary>
    public required ImmutableArray<PlanePoint> PerEpoch { get; init; }

    /// <summary>Value at the end as each trial's last forecast saw it, over the seconds it belongs to.</summary>
    public required ImmutableArray<PlanePoint> Forecast { get; init; }

    public required BaselineOutcome Baseline { get; init; }

    /// <summary>Forecasts of values against what came.</summary>
    public required ImmutableArray<CalibrationPair> Values { get; init; }

    /// <summary>Forecasts of the seconds to the target against what came.</summary>
    public required ImmutableArray<CalibrationPair> Times { get; init; }

    /// <summary>Forecasts of values in all, judged or not.</summary>
    public required int Forecasts { get; init; }

    /// <summary>Forecasts of the time to the target in all, made before it was reached.</summary>
    public required int TimeForecasts { get; init; }
}

/// <summary>A trial in a plane of seconds against value.</summary>
/// <param name="Trial">Which.</param>
/// <param name="Seconds">Horizontal.</param>
/// <param name="Value">Vertical.</param>
/// <param name="Low">5 % quantile of the value where it is a forecast.</param>
/// <param name="High">95 % quantile of the value where it is a forecast.</param>
/// <param name="OnFront">True where no other trial is both faster and better.</param>
public sealed record PlanePoint(TrialId Trial, double Seconds, double Value, double? Low, double? High, bool OnFront);

/// <summary>What a forecast said and what came of it.</summary>
/// <param name="Trial">Whose forecast.</param>
/// <param name="Rung">When it was made.</param>
/// <param name="AtStep">Last step it had seen.</param>
/// <param name="TruthStep">Step at which the truth was measured.</param>
/// <param name="Predicted">Quantiles of what was predicted.</param>
/// <param name="Truth">What was measured; infinite where a target was not reached within the horizon.</param>
public sealed record CalibrationPair(TrialId Trial, int Rung, long AtStep, long TruthStep, Quantiles Predicted, double Truth)
{
    /// <summary>Whether the 50 % interval holds the truth.</summary>
    public bool Within50 => Truth >= Predicted.P25 && Truth <= Predicted.P75;

    /// <summary>Whether the 90 % interval holds the truth.</summary>
    public bool Within90 => Truth >= Predicted.P05 && Truth <= Predicted.P95;
}

/// <summary>
/// What the job's baseline alone would have made of the objective: seconds to the target, the value at the deadline, or the loss of a
/// trade-off in seconds.
/// </summary>
public sealed record BaselineOutcome
{
    /// <summary>Name of the candidate.</summary>
    public required string Candidate { get; init; }

    /// <summary>True where its own curve goes far enough; false for a forecast.</summary>
    public required bool IsMeasured { get; init; }

    /// <summary>"s", or the metric's name.</summary>
    public required string Unit { get; init; }

    /// <summary>Its figure; of equal quantiles where it was measured, infinite where the target is missed, null where unknown.</summary>
    public Quantiles? Expected { get; init; }

    /// <summary>Probability that it reaches the target, where that is forecast.</summary>
    public double? Probability { get; init; }

    /// <summary>What the job got; null until it has ended well.</summary>
    public double? Actual { get; init; }

    /// <summary>Saved in the unit, positive where the job was better off than with its baseline; null where unknown.</summary>
    public Quantiles? Saved { get; init; }

    /// <summary>Device seconds of all trials over the baseline's; null where these are not known.</summary>
    public double? Price { get; init; }

    /// <summary>Why there is no figure; empty where there is one.</summary>
    public string Why { get; init; } = "";
}

/// <summary>How the forecasts of each trial went: a column a trial, a row a rung.</summary>
/// <param name="Version">Number of the last event that it knows.</param>
/// <param name="Rungs">Rungs at which anything was forecast, counted from 0.</param>
/// <param name="At">Seconds of the job's clock of each of them.</param>
/// <param name="Trials">By trial, only those that were ever forecast.</param>
public sealed record ChanceHistory(
    long Version, ImmutableArray<int> Rungs, ImmutableArray<double> At, ImmutableArray<TrialChances> Trials);

/// <summary>The chances of one trial at each rung of a <see cref="ChanceHistory"/>; null where it was not judged.</summary>
/// <param name="Trial">Which.</param>
/// <param name="Best">Probability of being the best choice.</param>
/// <param name="Target">Probability of reaching the target; null without one.</param>
public sealed record TrialChances(TrialId Trial, ImmutableArray<double?> Best, ImmutableArray<double?> Target);
