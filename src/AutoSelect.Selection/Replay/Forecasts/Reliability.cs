using System.Collections.Immutable;

namespace AutoSelect.Selection.Replay.Forecasts;

/// <summary>How forecast probabilities compare with what came of them.</summary>
public sealed record Reliability
{
    private const int BinCount = 10;

    /// <summary>Forecasts from which on a bin tells something.</summary>
    public const int LargeBin = 100;

    /// <summary>Tenths of the probability that hold any forecast, ascending.</summary>
    public required ImmutableArray<ReliabilityBin> Bins { get; init; }

    /// <summary>Mean squared distance of the probability from what happened (Brier, 1950).</summary>
    public required double Brier { get; init; }

    /// <summary>
    /// Largest distance between the mean probability and the frequency in a bin of at least 100; null where there is none.
    /// </summary>
    public double? WorstOfLarge { get; init; }

    /// <param name="outcomes">At least one.</param>
    internal static Reliability FromOutcomes(IReadOnlyCollection<(double Probability, bool Happened)> outcomes)
    {
        var bins = outcomes.GroupBy(o => Math.Clamp((int)(BinCount * o.Probability), 0, BinCount - 1)).OrderBy(g => g.Key)
            .Select(g => new ReliabilityBin(g.Average(o => o.Probability), g.Average(o => o.Happened ? 1.0 : 0), g.Count()))
            .ToImmutableArray();
        var large = bins.Where(b => b.Forecasts >= LargeBin).ToArray();
        return new Reliability
        {
            Bins = bins,
            Brier = outcomes.Average(o => Math.Pow(o.Probability - (o.Happened ? 1 : 0), 2)),
            WorstOfLarge = large.Length == 0 ? null : large.Max(b => Math.Abs(b.Probability - b.Frequency)),
        };
    }
}

/// <summary>One bin of a reliability diagram.</summary>
/// <param name="Probability">Mean of the forecast probabilities.</param>
/// <param name="Frequency">Share of the cases in which it happened.</param>
public sealed record ReliabilityBin(double Probability, double Frequency, int Forecasts);
