using AutoSelect.Contracts;

namespace AutoSelect.Performance;

/// <summary>How ranks should exchange, and what a step is then predicted to take.</summary>
public sealed record RankPlan(ExchangePlan Plan, DataParallelForecast Forecast);

/// <summary>
/// Chooses how the ranks of a candidate exchange what they learned, from what was measured on one device and on the links.
/// </summary>
public static class RankPlanner
{
    /// <summary>The plan with the least predicted step time.</summary>
    /// <remarks>
    /// A step is one batch of the candidate on all devices. Local steps count with their share of the exchange. Asynchronous ranks compute
    /// without a pause, so that their step is computing alone, slowed by the exchange that always runs beside it.
    /// </remarks>
    /// <param name="question">
    /// Compute is the step of one device on its share of the batch: <see cref="ShareOfBatch"/> carries a probe over to it.
    /// </param>
    /// <param name="communication">Of the candidate; it decides what is learned and is not chosen here.</param>
    /// <param name="collectives">Fitted to the links, or assumed.</param>
    /// <param name="permitted">See <see cref="Permitted"/>.</param>
    /// <exception cref="ArgumentException">
    /// A question that cannot be, nothing permitted, or several devices that do not communicate.
    /// </exception>
    public static RankPlan Choose(
        DataParallelQuestion question, GradientCommunication communication, CollectiveModel collectives,
        params IEnumerable<ExchangeOverlap> permitted)
    {
        if (communication.Kind == CommunicationKind.None && question.Ranks > 1)
            throw new ArgumentException(
                $"Communication is '{communication}' with {question.Ranks} devices; a candidate that does not communicate trains on one",
                nameof(communication));
        var stepTime = new DataParallelStepTime(collectives);
        var given = new CommunicationPlan
        {
            Compression = GradientCompression.ForCommunication(communication),
            LocalSteps = communication.IsLocal ? (int)communication.Parameter : 1,
        };
        var none = communication.IsLocal || communication.IsAsynchronous;
        var best = new PlanSearch(stepTime).Rank(question, given, none ? [OverlapMode.None] : permitted.Select(ModeOf))[0].Plan;
        var forecast = stepTime.Predict(question, best);
        if (communication.IsAsynchronous && question.Ranks > 1) forecast = BesideComputing(question, forecast);
        return new(PlanOf(best, question), forecast);
    }

    /// <summary>
    /// Overlap under which a strategy computes the same as without. A strategy that scales its whole update, and clipping by a global norm,
    /// need every gradient before the first update: that excludes the next forward pass, and not the backward pass.
    /// </summary>
    /// <param name="clipsByGlobalNorm">Whether the candidate clips.</param>
    public static IEnumerable<ExchangeOverlap> Permitted(StrategyCapabilities capabilities, bool clipsByGlobalNorm) =>
        capabilities.NeedsWholeGradient || clipsByGlobalNorm
            ? [ExchangeOverlap.None, ExchangeOverlap.Backward]
            : [ExchangeOverlap.None, ExchangeOverlap.Backward, ExchangeOverlap.BackwardAndForward];

    private static DataParallelForecast BesideComputing(DataParallelQuestion question, DataParallelForecast exchanged) => exchanged with
    {
        Step = question.Compute with { MedianSeconds = question.Compute.MedianSeconds / (1 - question.Costs.Interference) },
        HiddenSeconds = exchanged.CommunicationSeconds,
    };

    private static ExchangePlan PlanOf(CommunicationPlan plan, DataParallelQuestion question) => new()
    {
        Overlap = (ExchangeOverlap)plan.Overlap,
        // A layer is never split, so a byte makes each a bucket of its own, and all bytes make one.
        BucketBytes = (long)Math.Clamp(plan.BucketBytes, 1, Math.Max(1, 4.0 * question.Layers.Sum(l => l.Parameters))),
        Hierarchy = plan.Hierarchy?.Levels ?? [],
    };

    private static OverlapMode ModeOf(ExchangeOverlap overlap) => overlap switch
    {
        ExchangeOverlap.None => OverlapMode.None,
        ExchangeOverlap.Backward => OverlapMode.Backward,
        ExchangeOverlap.BackwardAndForward => OverlapMode.BackwardAndForward,
        _ => throw new ArgumentOutOfRangeException(nameof(overlap), overlap, "There is no such overlap"),
    };
}
