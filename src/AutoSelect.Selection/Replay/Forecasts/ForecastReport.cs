using System.Collections.Immutable;
using System.Globalization;
using AutoSelect.Selection.History;

namespace AutoSelect.Selection.Replay.Forecasts;

/// <summary>Figures of one model on one suite, by cut, by family and cut, and by whether runs with a target reached it.</summary>
public sealed record ForecastReport
{
    public required string Suite { get; init; }
    public required string Model { get; init; }

    /// <summary>What errors are divided by.</summary>
    public string Scale { get; } = "max(95th - 5th percentile, .05 (largest - smallest)) of all values of the curve";

    /// <summary>By fraction of the announced horizon.</summary>
    public required ImmutableSortedDictionary<string, ForecastFigures> Cuts { get; init; }

    public required ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, ForecastFigures>> Families { get; init; }

    /// <summary>Runs that reached their target, and so ended there, and runs that did not; empty without targets.</summary>
    public required ImmutableSortedDictionary<string, ImmutableSortedDictionary<string, ForecastFigures>> ByOutcome { get; init; }

    internal static ForecastReport FromResults(
        string suite, string model,
        IReadOnlyCollection<(double Cut, string Family, bool? Reached, ForecastScore Score, double Microseconds)> results)
    {
        ImmutableSortedDictionary<string, ForecastFigures> ByCut(
            IEnumerable<(double Cut, string, bool?, ForecastScore Score, double Microseconds)> some) => some
            .GroupBy(r => r.Cut).ToImmutableSortedDictionary(
                g => g.Key.ToString("R", CultureInfo.InvariantCulture), g =>
                    ForecastScore.Mean([.. g.Select(r => r.Score)], Typical([.. g.Select(r => r.Microseconds)])), StringComparer.Ordinal);

        return new ForecastReport
        {
            Suite = suite,
            Model = model,
            Cuts = ByCut(results),
            Families = results.GroupBy(r => r.Family).ToImmutableSortedDictionary(g => g.Key, g => ByCut(g), StringComparer.Ordinal),
            ByOutcome = results.Where(r => r.Reached is not null).GroupBy(r => r.Reached!.Value ? "reached" : "missed")
                .ToImmutableSortedDictionary(g => g.Key, g => ByCut(g), StringComparer.Ordinal),
        };
    }

    /// <summary>Median times the count: learning, which happens within the first call, is not a curve's cost.</summary>
    private static double Typical(double[] microseconds)
    {
        Array.Sort(microseconds);
        return SortedValues.At(microseconds, 0.5) * microseconds.Length;
    }
}
