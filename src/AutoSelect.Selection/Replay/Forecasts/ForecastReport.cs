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

    /// <summary>
    /// How often the target came where it was given a probability, by cut and over all of them; empty without targets ahead.
    /// </summary>
    public required ImmutableSortedDictionary<string, Reliability> Target { get; init; }

    /// <summary>Name of <see cref="Target"/> over all cuts.</summary>
    public const string AllCuts = "all";

    internal static ForecastReport FromResults(string suite, string model, IReadOnlyCollection<ForecastResult> results)
    {
        static string Name(double cut) => cut.ToString("R", CultureInfo.InvariantCulture);

        ImmutableSortedDictionary<string, ForecastFigures> ByCut(IEnumerable<ForecastResult> some) => some
            .GroupBy(r => r.Cut).ToImmutableSortedDictionary(
                g => Name(g.Key), g => ForecastScore.Mean([.. g.Select(r => r.Score)], Typical([.. g.Select(r => r.Microseconds)])),
                StringComparer.Ordinal);

        var ahead = results.Where(r => r is { ProbabilityOfTarget: not null, Reached: not null })
            .Select(r => (r.Cut, Outcome: (r.ProbabilityOfTarget!.Value, r.Reached!.Value))).ToArray();

        return new ForecastReport
        {
            Suite = suite,
            Model = model,
            Cuts = ByCut(results),
            Families = results.GroupBy(r => r.Family).ToImmutableSortedDictionary(g => g.Key, g => ByCut(g), StringComparer.Ordinal),
            ByOutcome = results.Where(r => r.Reached is not null).GroupBy(r => r.Reached!.Value ? "reached" : "missed")
                .ToImmutableSortedDictionary(g => g.Key, g => ByCut(g), StringComparer.Ordinal),
            Target = ahead.Select(r => (Name: Name(r.Cut), r.Outcome)).Concat(ahead.Select(r => (Name: AllCuts, r.Outcome)))
                .GroupBy(r => r.Name, r => r.Outcome)
                .ToImmutableSortedDictionary(g => g.Key, g => Reliability.FromOutcomes([.. g]), StringComparer.Ordinal),
        };
    }

    /// <summary>Median times the count: learning, which happens within the first call, is not a curve's cost.</summary>
    private static double Typical(double[] microseconds)
    {
        Array.Sort(microseconds);
        return SortedValues.At(microseconds, 0.5) * microseconds.Length;
    }
}

/// <summary>One forecast and what it was worth.</summary>
/// <param name="Reached">Whether the run reached its target; null without one.</param>
/// <param name="ProbabilityOfTarget">As it was forecast; null without a target ahead.</param>
internal sealed record ForecastResult(
    double Cut, string Family, bool? Reached, ForecastScore Score, double? ProbabilityOfTarget, double Microseconds);
