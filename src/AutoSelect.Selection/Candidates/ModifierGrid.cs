using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Candidates;

/// <summary>
/// Values of precision and modifiers that are crossed with each other and with the rest of a candidate; an empty list leaves the default.
/// </summary>
public sealed record ModifierGrid
{
    public ImmutableArray<string> Precision { get; init; } = [];

    /// <summary>Null, here and below, is off.</summary>
    public ImmutableArray<int?> MicroBatch { get; init; } = [];
    public ImmutableArray<double?> ClipNorm { get; init; } = [];
    public ImmutableArray<WeightAveraging> Averaging { get; init; } = [];
    public ImmutableArray<bool> Cautious { get; init; } = [];
    public ImmutableArray<double?> Mixup { get; init; } = [];
    public ImmutableArray<double?> LabelSmoothing { get; init; } = [];
    public ImmutableArray<double?> Perturbation { get; init; } = [];
    public ImmutableArray<double?> Sam { get; init; } = [];

    /// <summary>The one combination that a candidate has.</summary>
    public static ModifierGrid ForCandidate(Candidate candidate) => new()
    {
        Precision = [candidate.Precision],
        MicroBatch = [candidate.Modifiers.MicroBatch],
        ClipNorm = [candidate.Modifiers.ClipNorm],
        Averaging = [candidate.Modifiers.Averaging],
        Cautious = [candidate.Modifiers.Cautious],
        Mixup = [candidate.Modifiers.MixupAlpha],
        LabelSmoothing = [candidate.Modifiers.LabelSmoothing],
        Perturbation = [candidate.Modifiers.PerturbationSigma],
        Sam = [candidate.Modifiers.SamRho],
    };

    /// <summary>This grid, with the other's lists where this one has none.</summary>
    public ModifierGrid Else(ModifierGrid other) => new()
    {
        Precision = Given(Precision, other.Precision),
        MicroBatch = Given(MicroBatch, other.MicroBatch),
        ClipNorm = Given(ClipNorm, other.ClipNorm),
        Averaging = Given(Averaging, other.Averaging),
        Cautious = Given(Cautious, other.Cautious),
        Mixup = Given(Mixup, other.Mixup),
        LabelSmoothing = Given(LabelSmoothing, other.LabelSmoothing),
        Perturbation = Given(Perturbation, other.Perturbation),
        Sam = Given(Sam, other.Sam),
    };

    /// <summary>All combinations, in the order of the lists.</summary>
    public IEnumerable<(string Precision, Modifiers Modifiers)> Cross() =>
        from precision in Given(Precision, ["fp32"])
        from microBatch in Given(MicroBatch, [null])
        from clip in Given(ClipNorm, [null])
        from averaging in Given(Averaging, [WeightAveraging.Polynomial])
        from cautious in Given(Cautious, [false])
        from mixup in Given(Mixup, [null])
        from labels in Given(LabelSmoothing, [null])
        from perturbation in Given(Perturbation, [null])
        from sam in Given(Sam, [null])
        select (precision, new Modifiers
        {
            MicroBatch = microBatch,
            ClipNorm = clip,
            Averaging = averaging,
            Cautious = cautious,
            MixupAlpha = mixup,
            LabelSmoothing = labels,
            PerturbationSigma = perturbation,
            SamRho = sam,
        });

    private static ImmutableArray<T> Given<T>(ImmutableArray<T> list, ImmutableArray<T> otherwise) =>
        list.IsDefaultOrEmpty ? otherwise : list;
}
