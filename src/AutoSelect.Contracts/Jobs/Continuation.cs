using System.Collections.Immutable;

namespace AutoSelect.Contracts;

/// <summary>
/// That a candidate begins where another one of the job stands at a share of the run, with its own strategy from there on.
/// </summary>
[GenerateSerializer, Immutable, Alias("autoselect.Continuation")]
public sealed record Continuation
{
    /// <summary>Candidates in a row that may continue each other.</summary>
    public const int MostInARow = 3;

    /// <summary>Name of the candidate whose weights and state are taken over.</summary>
    [Id(0)] public required string Candidate { get; init; }

    /// <summary>Share of the horizon after which it is taken over, above 0 and below 1.</summary>
    [Id(1)] public required double At { get; init; }

    /// <summary>What becomes of the optimizer's state, as the strategies' rules say.</summary>
    [Id(2)] public required ContinuationKind Kind { get; init; }

    /// <summary>Steps over which the learning rate rises linearly to where its schedule stands; 0 for none.</summary>
    [Id(3)] public required long RewarmSteps { get; init; }

    /// <summary>
    /// True when nothing changes that the learning curve depends on, so that the curve so far speaks for what is to come.
    /// </summary>
    [Id(4)] public bool KeepsCourse { get; init; }

    /// <summary>
    /// Step at which it is taken over, at least 1 and before the last; both runs have the same batch size and length, so it is a step of
    /// both.
    /// </summary>
    /// <param name="horizonSteps">Steps of the whole run.</param>
    public long StepOf(long horizonSteps) => Math.Clamp((long)Math.Round(At * horizonSteps), 1, Math.Max(1, horizonSteps - 1));

    /// <summary>
    /// True when a curve says something about the candidate itself: it keeps its predecessor's course, or has a point of its own.
    /// </summary>
    /// <param name="curve">The candidate's curve, which begins with its predecessor's.</param>
    /// <param name="horizonSteps">Steps of the whole run.</param>
    public bool IsTriedBy(ImmutableArray<CurvePoint> curve, long horizonSteps) =>
        KeepsCourse || (!curve.IsDefaultOrEmpty && curve[^1].Step > StepOf(horizonSteps));
}
