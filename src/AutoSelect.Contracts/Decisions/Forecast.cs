using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>Quantiles of a predictive distribution, in the unit of what is predicted; infinite where more mass than that misses.</summary>
public sealed record Quantiles
{
    public required double P05 { get; init; }
    public required double P25 { get; init; }
    public required double P50 { get; init; }
    public required double P75 { get; init; }
    public required double P95 { get; init; }

    /// <summary>Quantiles of weighted or plain samples, by sorting a copy; NaN samples are not allowed.</summary>
    public static Quantiles FromSamples(ReadOnlySpan<double> samples)
    {
        if (samples.IsEmpty) throw new ArgumentException("0 samples: at least 1 is needed for quantiles.", nameof(samples));
        var sorted = samples.ToArray();
        Array.Sort(sorted);
        double At(double p) => sorted[Math.Min(sorted.Length - 1, (int)(p * sorted.Length))];
        return new Quantiles { P05 = At(.05), P25 = At(.25), P50 = At(.5), P75 = At(.75), P95 = At(.95) };
    }
}

/// <summary>
/// The predictive distribution of a trial at one rung. Times are seconds that it still has to run, on the devices of a committed run.
/// </summary>
public sealed record Forecast
{
    public required TrialId Trial { get; init; }

    /// <summary>The last step the forecast has seen.</summary>
    public required long AtStep { get; init; }

    /// <summary>Remaining seconds to the target; infinite where it is not reached within the horizon. Null without a target.</summary>
    public Quantiles? SecondsToTarget { get; init; }

    /// <summary>Probability that the target is reached within horizon and deadline. Null without a target.</summary>
    public double? ProbabilityOfTarget { get; init; }

    /// <summary>Deliverable value when the run ends: at the deadline or the horizon, whichever comes first.</summary>
    public required Quantiles FinalValue { get; init; }

    /// <summary>Device seconds, counted from the trial's first step, to which <see cref="FinalValue"/> belongs.</summary>
    public required double FinalAtSeconds { get; init; }

    /// <summary>Probability that this trial is the best choice for the objective.</summary>
    public required double ProbabilityOfBest { get; init; }

    /// <summary>Expected loss, in seconds or units of the objective, of committing to this trial now instead of to the best.</summary>
    public required double ExpectedRegret { get; init; }

    /// <summary>Bands of the deliverable value over future steps, for plots.</summary>
    public ImmutableArray<ForecastBand> Bands { get; init; } = [];

    /// <summary>Weight of each curve family in the posterior, by name.</summary>
    public ImmutableSortedDictionary<string, double> Families { get; init; } = ImmutableSortedDictionary<string, double>.Empty;

    /// <summary>Predicted seconds of one step of the committed run.</summary>
    public required double SecondsPerStep { get; init; }
}

/// <summary>Quantiles of the deliverable value at one future step.</summary>
public sealed record ForecastBand
{
    public required long Step { get; init; }
    public required Quantiles Value { get; init; }
}
