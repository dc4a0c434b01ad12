using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Candidates;

namespace AutoSelect.Planning.Trials;

/// <summary>How many candidates a request may come to, before any is made: lists that are crossed multiply.</summary>
internal static class CandidateBound
{
    /// <summary>Most candidates that are made; a race can do with a few dozen.</summary>
    public const int Most = 10_000;

    /// <summary>At least as many as there will be; those that break a rule, or are another one, are counted too.</summary>
    public static double Count(CandidateRequest request, Catalogue catalogue)
    {
        if (request.Strategies.IsEmpty)
            return catalogue.Strategies.Count(s => s.InDefaultSet) * Crossed(request, new StrategyRequest { Strategy = "" });
        var own = request.Strategies.Where(s => s.Continues is null).Sum(s => Crossed(request, s));
        // Each may go on from every one that begins at the initial weights.
        return own + request.Strategies.Sum(s => s.Continues is { } from ? own * from.After.Length * Points(request, s) : 0);
    }

    private static double Crossed(CandidateRequest request, StrategyRequest strategy)
    {
        var sizes = strategy.BatchSizes.IsDefaultOrEmpty ? request.BatchSizes : strategy.BatchSizes;
        return (sizes.IsDefaultOrEmpty ? CandidateGenerator.DefaultBatchSizes.Length : sizes.Length) * Math.Max(1, request.Epochs.Length)
            * Points(request, strategy);
    }

    private static double Points(CandidateRequest request, StrategyRequest strategy)
    {
        var drawn = strategy.Ranges.IsEmpty ? 1 + (strategy.Points ?? request.PointsPerStrategy) : strategy.Points ?? strategy.Ranges.Count;
        var values = strategy.Values.Values.Aggregate(1.0, (product, list) => product * list.Length);
        return drawn * values * Grid(strategy.Modifiers.Else(request.Modifiers)) * Grid(strategy.Ranks.Else(request.Ranks));
    }

    private static double Grid(ModifierGrid grid) =>
        Length(grid.Precision) * Length(grid.MicroBatch) * Length(grid.ClipNorm) * Length(grid.Averaging) * Length(grid.Cautious)
        * Length(grid.Mixup) * Length(grid.LabelSmoothing) * Length(grid.Perturbation) * Length(grid.Sam);

    private static double Grid(RankGrid grid) => Length(grid.Ranks) * Length(grid.Communication);

    private static double Length<T>(ImmutableArray<T> list) => list.IsDefaultOrEmpty ? 1 : list.Length;
}
