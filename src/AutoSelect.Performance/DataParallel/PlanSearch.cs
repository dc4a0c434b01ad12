using System.Collections.Immutable;

namespace AutoSelect.Performance;

/// <summary>A plan and what it was predicted to take.</summary>
public sealed record PredictedPlan(CommunicationPlan Plan, DataParallelForecast Forecast);

/// <summary>
/// Decides what changes only the time and not what is learned: hierarchy, overlap, bucket size, order of transfers. The learning
/// curve is the same under each, so the least predicted time wins without training.
/// </summary>
public sealed class PlanSearch(DataParallelStepTime stepTime)
{
    /// <summary>Fusion sizes that are tried, bytes: each layer alone, powers of four from 64 KiB to 64 MiB, all in one.</summary>
    public static ImmutableArray<double> BucketSizes { get; } = [0, .. Enumerable.Range(0, 6).Select(i => 65536.0 * (1 << (2 * i))), double.PositiveInfinity];

    /// <summary>Plans with the compression and local steps of a given one, fastest first.</summary>
    /// <param name="allowed">Overlap the strategy permits: clipping by a global norm permits none.</param>
    public IReadOnlyList<PredictedPlan> Rank(DataParallelQuestion question, CommunicationPlan given, params IEnumerable<OverlapMode> allowed)
    {
        var modes = given.LocalSteps > 1 ? [OverlapMode.None] : allowed.ToArray();
        if (modes.Length == 0) throw new ArgumentException("At least one overlap mode must be allowed", nameof(allowed));
        return [.. modes.SelectMany(mode => BucketSizes.SelectMany(bytes => Orders(mode).Select(order => given with { Overlap = mode, BucketBytes = bytes, Order = order, Hierarchy = null })))
            .Select(plan => new PredictedPlan(plan, stepTime.Predict(question, plan))).OrderBy(p => p.Forecast.Step.MedianSeconds)];
    }

    private static TransferOrder[] Orders(OverlapMode mode) => mode == OverlapMode.BackwardAndForward ? [TransferOrder.LowestLayer, TransferOrder.Readiness] : [TransferOrder.Readiness];
}
