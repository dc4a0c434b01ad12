using System.Collections.Immutable;
using AutoSelect.Communication;

namespace AutoSelect.Performance;

/// <summary>A plan and the median of what a step is predicted to take.</summary>
public sealed record PredictedPlan(CommunicationPlan Plan, double Seconds);

/// <summary>
/// Decides what changes only the time and not what is learned: hierarchy, overlap, bucket size, order of transfers. The learning
/// curve is the same under each, so the least predicted time wins without training.
/// </summary>
public sealed class PlanSearch(DataParallelStepTime stepTime)
{
    /// <summary>Up to as many ranks every hierarchy is tried; beyond, the best one for a message of all gradients.</summary>
    private const int ExhaustiveRanks = 64;

    /// <summary>Fusion sizes that are tried, bytes: each layer alone, powers of four from 64 KiB to 64 MiB, all in one.</summary>
    public static ImmutableArray<double> BucketSizes { get; } =
    [
        0, .. Enumerable.Range(0, 6).Select(i => 65536.0 * (1 << (2 * i))), double.PositiveInfinity
    ];

    /// <summary>
    /// Plans with the compression and local steps of a given one, fastest first; of equally fast ones the simpler: less overlap, no planned
    /// hierarchy, larger buckets.
    /// </summary>
    /// <param name="allowed">Overlap the strategy permits.</param>
    public IReadOnlyList<PredictedPlan> Rank(
        DataParallelQuestion question, CommunicationPlan given, params IEnumerable<OverlapMode> allowed)
    {
        var modes = given.LocalSteps > 1 ? [OverlapMode.None] : allowed.Order().ToArray();
        if (modes.Length == 0) throw new ArgumentException("At least one overlap mode must be allowed", nameof(allowed));
        var plans = from mode in modes
                    from hierarchy in Hierarchies(question, given)
                    from bytes in BucketSizes.Reverse()
                    select given with { Overlap = mode, BucketBytes = bytes, Order = OrderOf(mode), Hierarchy = hierarchy };
        return [.. plans.Select(plan => new PredictedPlan(plan, stepTime.MedianSeconds(question, plan))).OrderBy(p => p.Seconds)];
    }

    private IEnumerable<Hierarchy?> Hierarchies(DataParallelQuestion question, CommunicationPlan given)
    {
        yield return null;
        if (question.Ranks == 1 || given.Compression.Kind != EncodingKind.Plain) yield break;
        if (question.Ranks > ExhaustiveRanks)
            yield return stepTime.Collectives.Best(question.Ranks, 4.0 * question.Layers.Sum(l => l.Parameters));
        else
            foreach (var hierarchy in Hierarchy.All(question.Ranks)) yield return hierarchy;
    }

    /// <summary>Layers are waited for in the order of the next forward pass only where it may begin before all have come.</summary>
    private static TransferOrder OrderOf(OverlapMode mode) =>
        mode == OverlapMode.BackwardAndForward ? TransferOrder.LowestLayer : TransferOrder.Readiness;
}
