using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Selection.Candidates;

/// <summary>One choice of hyperparameters, still to be fitted to a batch size.</summary>
/// <param name="Given">Values the user named or drew from a range of their own: taken as they are.</param>
/// <param name="Drawn">Values from the strategy's search space, for its base batch size.</param>
internal sealed record HyperparameterPoint(
    StrategyDescription Strategy, ImmutableSortedDictionary<string, double> Given, ImmutableSortedDictionary<string, double> Drawn)
{
    /// <summary>The strategy's own values.</summary>
    public static HyperparameterPoint Usual(StrategyDescription strategy) => new(
        strategy, ImmutableSortedDictionary<string, double>.Empty, ImmutableSortedDictionary<string, double>.Empty);

    /// <summary>
    /// All hyperparameters for a batch size: value × (batch/base)^exponent. A drawn value stays within its range. A default may fall
    /// below it, since the rule knows the batch size and the range does not, but never rises above it: at the greatest batches the rules
    /// end, and 1-β would leave what an average is.
    /// </summary>
    public ImmutableSortedDictionary<string, double> At(int batchSize) => Strategy.Hyperparameters.ToImmutableSortedDictionary(
        h => h.Name,
        h =>
        {
            if (Given.TryGetValue(h.Name, out var given)) return given;
            return Drawn.TryGetValue(h.Name, out var drawn) ? Math.Clamp(drawn * Factor(h, batchSize), h.Minimum, h.Maximum)
                : Math.Min(h.Default * Factor(h, batchSize), h.Maximum);
        },
        StringComparer.Ordinal);

    /// <summary>The defaults that a batch size would take above their ranges, with what the rule asks for.</summary>
    public IEnumerable<(HyperparameterDescription Hyperparameter, double Asked)> HeldAt(int batchSize) =>
        from h in Strategy.Hyperparameters
        where !Given.ContainsKey(h.Name) && !Drawn.ContainsKey(h.Name)
        let asked = h.Default * Factor(h, batchSize)
        where asked > h.Maximum
        select (h, asked);

    private double Factor(HyperparameterDescription h, int batchSize) =>
        Math.Pow((double)batchSize / Math.Max(1, Strategy.BaseBatchSize), h.BatchSizeExponent);
}

/// <summary>The hyperparameter points of one strategy: crossed values, and quasi-random points from ranges or the search space.</summary>
internal static class HyperparameterPoints
{
    private static readonly ImmutableSortedDictionary<string, double> None = ImmutableSortedDictionary<string, double>.Empty;

    public static ImmutableArray<HyperparameterPoint> ForStrategy(
        StrategyDescription strategy, StrategyRequest request, int pointsPerStrategy, long seed)
    {
        var crossed = Cross(request.Values);
        if (!request.Ranges.IsEmpty)
        {
            var drawn = Draw(
                [.. request.Ranges.Select(r => (r.Key, r.Value))], request.Points ?? request.Ranges.Count, seed, strategy.Name);
            return [.. crossed.SelectMany(c => drawn.Select(d => new HyperparameterPoint(strategy, c.SetItems(d), None)))];
        }
        var open = strategy.Hyperparameters
            .Where(h => h.Label != HyperparameterLabel.Fixed && !request.Values.ContainsKey(h.Name) && h.Maximum > h.Minimum)
            .Select(h => (h.Name, new SearchRange(h.Minimum, h.Maximum, h.Scale))).ToImmutableArray();
        var points = open.IsEmpty ? 0 : request.Points ?? pointsPerStrategy;
        var beside = Draw(open, points, seed, strategy.Name);
        return [.. crossed.SelectMany(c => beside.Prepend(None).Select(d => new HyperparameterPoint(strategy, c, d)))];
    }

    private static ImmutableArray<ImmutableSortedDictionary<string, double>> Cross(
        ImmutableSortedDictionary<string, ImmutableArray<double>> values)
    {
        ImmutableArray<ImmutableSortedDictionary<string, double>> crossed = [None];
        foreach (var (name, list) in values)
            crossed = [.. crossed.SelectMany(c => list.Select(v => c.SetItem(name, v)))];
        return crossed;
    }

    /// <summary>Points of a Halton sequence, shifted by the seed (Cranley and Patterson, 1976).</summary>
    private static ImmutableArray<ImmutableSortedDictionary<string, double>> Draw(
        ImmutableArray<(string Name, SearchRange Range)> dimensions, int count, long seed, string strategy)
    {
        var numbers = SeededNumbers.Named(seed, "points/" + strategy);
        var shifts = dimensions.Select(_ => numbers.Uniform()).ToArray();
        return [.. Enumerable.Range(1, Math.Max(0, count)).Select(i => dimensions
            .Select((d, k) => KeyValuePair.Create(d.Name, d.Range.At((Halton.At(i, k) + shifts[k]) % 1)))
            .ToImmutableSortedDictionary(StringComparer.Ordinal))];
    }
}
