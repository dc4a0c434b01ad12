using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Strategies;

/// <summary>
/// Rules for going on from another strategy's checkpoint. Families that keep the same state continue each other exactly; the average
/// of gradients passes between the others that keep one; all else is weights only.
/// </summary>
internal static class Continuations
{
    private static readonly string[] adamFamily = ["adamw", "lamb", "nadamw", "radam"],
        heavyBalls = ["lars", "sgd"], averages = ["ademamix", "lion", "shampoo", "soap"];

    /// <summary>Steps over which the learning rate is re-warmed where only the length of a step has to be found again.</summary>
    private const int ShortWarmUp = 100;

    /// <summary>2/(1-β2) steps give the second moment 86 % of its weight.</summary>
    private const int SecondMomentTimes = 2;

    /// <summary>Members of the Adam family share (m, v).</summary>
    public static ImmutableArray<ContinuationRule> OfAdamFamily(string name) =>
        [Rule(ContinuationKind.Exact, adamFamily, name) with { WarmSteps = ShortWarmUp },
            .. OfSecondMoment(name, [.. heavyBalls, .. averages])];

    /// <summary>SGD and LARS share m.</summary>
    public static ImmutableArray<ContinuationRule> OfHeavyBall(string name) =>
    [
        Rule(ContinuationKind.Exact, heavyBalls, name) with { WarmSteps = ShortWarmUp },
        Rule(ContinuationKind.Convertible, [.. adamFamily, .. averages], name) with { WarmSteps = ShortWarmUp },
        Rule(ContinuationKind.BoundaryOnly, [], name) with { WarmSteps = ShortWarmUp },
    ];

    /// <summary>Strategies with an average of gradients and a second moment of their own.</summary>
    public static ImmutableArray<ContinuationRule> OfSecondMoment(string name) =>
        OfSecondMoment(name, [.. adamFamily, .. heavyBalls, .. averages]);

    /// <summary>Strategies that need an average of gradients and nothing else.</summary>
    public static ImmutableArray<ContinuationRule> OfAverage(string name) =>
    [
        Rule(ContinuationKind.Convertible, [.. adamFamily, .. heavyBalls, .. averages], name) with { WarmSteps = ShortWarmUp },
        Rule(ContinuationKind.BoundaryOnly, [], name) with { WarmSteps = ShortWarmUp },
    ];

    /// <summary>The K-FAC variants: weights only, with the default burn-in of their factors.</summary>
    public static ImmutableArray<ContinuationRule> OfCurvature { get; } = WeightsOnly(warmSteps: 20);

    /// <summary>Only weights, from any strategy, with as many warm steps as the state needs.</summary>
    public static ImmutableArray<ContinuationRule> WeightsOnly(double warmSteps, string? over = null) =>
        [new() { Kind = ContinuationKind.BoundaryOnly, WarmSteps = warmSteps, WarmStepsOver = over }];

    private static ImmutableArray<ContinuationRule> OfSecondMoment(string name, string[] from) =>
    [
        Rule(ContinuationKind.Convertible, from, name) with { WarmSteps = SecondMomentTimes, WarmStepsOver = "oneMinusBeta2" },
        .. WeightsOnly(SecondMomentTimes, "oneMinusBeta2"),
    ];

    private static ContinuationRule Rule(ContinuationKind kind, string[] from, string self) =>
        new() { Kind = kind, From = [.. from.Where(name => name != self).Order(StringComparer.Ordinal)] };
}
