using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>How much of another strategy's checkpoint a strategy can go on from.</summary>
[JsonStringEnum]
public enum ContinuationKind
{
    /// <summary>The two keep the same state: the run goes on as if it had been this strategy's from the start.</summary>
    Exact,

    /// <summary>What the two have in common is taken over, the rest starts at zero and needs warm steps.</summary>
    Convertible,

    /// <summary>
    /// Only weights pass, and only at a boundary: a strategy that averages hands its averaged weights over, and one between two
    /// exchanges of gradients waits for the exchange. The state starts at zero and needs warm steps.
    /// </summary>
    BoundaryOnly,
}

/// <summary>One rule of a strategy for going on from other strategies' checkpoints.</summary>
[GenerateSerializer, Immutable, Alias("autoselect.ContinuationRule")]
public sealed record ContinuationRule
{
    /// <summary>Strategies it goes on from; empty means any that no other rule names.</summary>
    [Id(0)] public ImmutableArray<string> From { get; init; } = [];

    [Id(1)] public required ContinuationKind Kind { get; init; }

    /// <summary>
    /// Steps until the state that was not taken over is to be trusted; the learning rate is re-warmed over them. Default 0.
    /// </summary>
    [Id(2)] public double WarmSteps { get; init; }

    /// <summary>Hyperparameter of this strategy that <see cref="WarmSteps"/> is divided by, such as oneMinusBeta2; null for none.</summary>
    [Id(3)] public string? WarmStepsOver { get; init; }

    /// <summary>Warm steps under a candidate's hyperparameters; what it leaves out takes the strategy's default.</summary>
    public long WarmStepsOf(StrategyDescription strategy, Candidate candidate)
    {
        if (WarmStepsOver is not { } name) return (long)Math.Ceiling(WarmSteps);
        var divisor = candidate.Hyperparameters.TryGetValue(name, out var value) ? value
            : strategy.Hyperparameters.Single(h => h.Name == name).Default;
        return (long)Math.Ceiling(WarmSteps / divisor);
    }
}
