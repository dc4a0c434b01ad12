namespace AutoSelect.Contracts;

/// <summary>
/// Which strategies, modifiers and workloads go together. Pure; the same rules hold where a job is planned and where it is trained.
/// </summary>
public static class CandidateRules
{
    /// <summary>Every rule a candidate breaks, as sentences with the value and the rule; empty when it can be trained.</summary>
    /// <param name="candidate">The candidate.</param>
    /// <param name="strategy">Its strategy.</param>
    /// <param name="traits">What its workload allows; null skips what depends on it.</param>
    /// <param name="bf16">How fast the device is at bf16; null skips that.</param>
    public static IEnumerable<string> Broken(Candidate candidate, StrategyDescription strategy, WorkloadTraits? traits, Bf16Speed? bf16)
    {
        var can = strategy.Capabilities;
        var modifiers = candidate.Modifiers;
        if (traits is { HidesLayers: true } && !can.TrainsTorchScript)
            yield return $"{strategy.Name} reads inputs and gradients of single layers, which a TorchScript module does not show: use a "
                + "strategy that needs no layer capture.";

        if (candidate.Precision is not ("fp32" or "bf16")) yield return $"precision is '{candidate.Precision}': it must be fp32 or bf16.";
        if (candidate.Precision == "bf16")
        {
            if (can.NeedsLayerCapture)
                yield return $"precision is 'bf16': {strategy.Name} builds its factors from what layers see, which must be fp32.";
            if (bf16 is { IsFast: false }) yield return $"precision is 'bf16': {bf16.Explanation}.";
        }

        if (modifiers.MicroBatch is { } size)
        {
            if (size < 1 || size >= candidate.BatchSize)
                yield return $"microBatch is '{size}': it must be at least 1 and below the batch size, {candidate.BatchSize}.";
            if (can.NeedsLayerCapture)
                yield return $"microBatch is '{size}': {strategy.Name} takes its factors from one pass over the whole batch.";
            if (traits is { HasBatchNorm: true })
                yield return $"microBatch is '{size}': the model has BatchNorm layers, whose statistics are those of a whole batch and "
                    + "must not be split.";
        }
        if (modifiers.ClipNorm is { } norm)
        {
            if (!(norm > 0) || !double.IsFinite(norm)) yield return $"clipNorm is '{norm}': it must be a number above 0.";
            if (can.BreaksWithClipping)
                yield return $"clipNorm is '{norm}': {strategy.Name} breaks with clipping, since it bounds its steps itself or uses the "
                    + "gradient's own scale.";
        }
        if (modifiers.Averaging != WeightAveraging.Polynomial && can.AveragesWeights)
            yield return $"averaging is '{modifiers.Averaging.ToString().ToLowerInvariant()}': {strategy.Name} averages its weights "
                + "itself.";
        if (modifiers.Cautious && can.AveragesWeights)
            yield return $"cautious is 'true': {strategy.Name} moves several sequences of weights at once, and masking one would break "
                + "their relation.";
        foreach (var broken in Smoothing(modifiers, traits)) yield return broken;
        foreach (var broken in RankRules.Broken(candidate, can)) yield return broken;
    }

    /// <summary>
    /// The rule by which a strategy goes on from a checkpoint of another one; from its own it always does exactly. Null where it cannot.
    /// </summary>
    public static ContinuationRule? Continuation(StrategyDescription strategy, string from) =>
        strategy.Name == from ? new ContinuationRule { Kind = ContinuationKind.Exact } : strategy.ContinuationFrom(from);

    /// <summary>
    /// Why a candidate cannot take over the state of a predecessor of its own strategy: the first hyperparameter that shapes the state and
    /// differs, with both values and the rule; null where it can.
    /// </summary>
    public static string? OtherState(Candidate candidate, StrategyDescription strategy, Candidate predecessor)
    {
        if (strategy.Name != predecessor.Strategy) return null;
        foreach (var shaping in strategy.Hyperparameters.Where(h => h.ShapesState != StateShaping.None))
        {
            var (own, other) = (candidate.Hyperparameters.GetValueOrDefault(shaping.Name, shaping.Default),
                predecessor.Hyperparameters.GetValueOrDefault(shaping.Name, shaping.Default));
            var isValue = shaping.ShapesState == StateShaping.Value;
            if (isValue ? own != other : own > 0 != other > 0)
                return $"{shaping.Name} is '{Number(own)}' and {predecessor.Name} has '{Number(other)}': it decides what state "
                    + $"{strategy.Name} keeps, so {(isValue ? "both must have the same value" : "both must be 0 or both above 0")}.";
        }
        return null;
    }

    private static string Number(double value) => value.ToString("G6", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The largest share of the steps left that the learning rate is re-warmed over where nobody says how long.</summary>
    private const double MostRewarm = .25;

    /// <summary>How a candidate goes on from another one's checkpoint; null where no rule lets it.</summary>
    /// <param name="candidate">The candidate, with the batch size and length of its predecessor.</param>
    /// <param name="strategy">Its strategy.</param>
    /// <param name="predecessor">The candidate it goes on from.</param>
    /// <param name="at">Share of the horizon after which it does.</param>
    /// <param name="horizonSteps">Steps of the whole run.</param>
    /// <param name="rewarmSteps">Steps of the re-warm; null takes the rule's, at most a quarter of the steps left.</param>
    public static Continuation? Continue(
        Candidate candidate, StrategyDescription strategy, Candidate predecessor, double at, long horizonSteps, long? rewarmSteps)
    {
        if (Continuation(strategy, predecessor.Strategy) is not { } rule) return null;
        var start = new Continuation { Candidate = predecessor.Name, At = at, Kind = rule.Kind, RewarmSteps = 0 };
        var rewarm = rewarmSteps
            ?? Math.Min(rule.WarmStepsOf(strategy, candidate), (long)(MostRewarm * (horizonSteps - start.StepOf(horizonSteps))));
        return start with { RewarmSteps = rewarm, KeepsCourse = rewarm == 0 && candidate.HasCourseOf(predecessor) };
    }

    private static IEnumerable<string> Smoothing(Modifiers modifiers, WorkloadTraits? traits)
    {
        if (modifiers.MixupAlpha is { } alpha)
        {
            if (!(alpha > 0) || !double.IsFinite(alpha))
                yield return $"mixup is '{alpha}': it must be a number above 0, the α of Beta(α, α).";
            if (traits is { HasBlendableInputs: false })
                yield return $"mixup is '{alpha}': the workload's inputs are whole numbers, such as tokens, and cannot be blended.";
            if (traits is { HasBlendableTargets: false })
                yield return $"mixup is '{alpha}': the workload's targets are neither numbers nor classes it can blend.";
        }
        if (modifiers.LabelSmoothing is { } epsilon)
        {
            if (epsilon is not (> 0 and < 1)) yield return $"labelSmoothing is '{epsilon}': it must be above 0 and below 1.";
            if (traits is { HasClasses: false })
                yield return $"labelSmoothing is '{epsilon}': the workload's targets are no classes to spread probability over.";
        }
        if (modifiers.PerturbationSigma is { } sigma && !(sigma > 0 && double.IsFinite(sigma)))
            yield return $"perturbation is '{sigma}': it must be a number above 0.";
        if (modifiers.SamRho is { } rho && !(rho > 0 && double.IsFinite(rho))) yield return $"sam is '{rho}': it must be a number above 0.";
    }
}
