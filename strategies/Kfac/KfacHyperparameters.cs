using System.Collections.Immutable;
using AutoSelect.Contracts;
using static AutoSelect.Contracts.HyperparameterLabel;
using static AutoSelect.Contracts.HyperparameterScale;

namespace AutoSelect.Strategies;

/// <summary>Search space that the variants of K-FAC share, with the defaults of each.</summary>
internal static class KfacHyperparameters
{
    public static HyperparameterDescription LearningRate(double value) => new()
    {
        Name = "learningRate",
        Label = Nuisance,
        Default = value,
        Minimum = 1e-3,
        Maximum = 1,
        Scale = Logarithmic,
        Summary = "Peak learning rate η; without effect while the KL clip binds",
        BatchSizeExponent = .62,
    };

    public static HyperparameterDescription Damping(double value) => new()
    {
        Name = "damping",
        Label = Nuisance,
        Default = value,
        Minimum = 1e-5,
        Maximum = 1,
        Scale = Logarithmic,
        Summary = "Damping of the Fisher matrix, in its unit: follows the scale of the loss",
    };

    public static HyperparameterDescription KlClip(double value) => new()
    {
        Name = "klClip",
        Label = Nuisance,
        Default = value,
        Minimum = 1e-5,
        Maximum = 1,
        Scale = Logarithmic,
        Summary = "Bound κ on η²gᵀu",
    };

    public static HyperparameterDescription Momentum(double value) => new()
    {
        Name = "momentum",
        Label = Fixed,
        Default = value,
        Minimum = 0,
        Maximum = .99,
        Scale = Linear,
        Summary = "Momentum μ",
    };

    public static HyperparameterDescription WeightDecay(double value) => new()
    {
        Name = "weightDecay",
        Label = Nuisance,
        Default = value,
        Minimum = 1e-5,
        Maximum = 1e-1,
        Scale = Logarithmic,
        Summary = "Decoupled weight decay λ, taken times η; not for biases and norms. With the default η the same decay a step as NAdamW's",
    };

    /// <summary>When the factors are taken and inverted, and from how much.</summary>
    public static ImmutableArray<HyperparameterDescription> Renewal(double average, int factors, int inverses, int samples = 0) =>
    [
        new()
        {
            Name = "factorAverage", Label = Fixed, Default = average, Minimum = 0, Maximum = .9999,
            Scale = Linear, Summary = "Weight of the past in the averages of the factors",
        },
        new()
        {
            Name = "factorInterval", Label = Fixed, Default = factors, Minimum = 1, Maximum = 100,
            Scale = Integer, Unit = "steps", Summary = "Steps between updates of the factors",
        },
        new()
        {
            Name = "inverseInterval", Label = Fixed, Default = inverses, Minimum = 1, Maximum = 1000,
            Scale = Integer, Unit = "steps", Summary = "Steps between inversions of the factors",
        },
        new()
        {
            Name = "factorSamples", Label = Fixed, Default = samples, Minimum = 0, Maximum = 65536, Scale = Integer,
            Unit = "examples", Summary = "Examples of a batch the factors are taken from; 0 takes all",
        },
        new()
        {
            Name = "burnInSteps", Label = Fixed, Default = 20, Minimum = 1, Maximum = 1000, Scale = Integer, Unit = "steps",
            Summary = "First steps, of the run or after a switch to it, in which factors and inverses are renewed at every step",
        },
        new()
        {
            Name = "adaptiveChange",
            Label = Fixed,
            Default = 0,
            Minimum = 0,
            Maximum = 1,
            Scale = Linear,
            Summary = "Relative change α of the factors between inversions above which both intervals are halved, and below half of which "
                + "they are doubled, up to 16 times; 0 keeps them",
        },
    ];

    /// <summary>
    /// The gradient between two inverses at every step; a backward pass down to the layers' outputs and the factors; Cholesky and inverse,
    /// which take about as many multiply-adds as a product of their size.
    /// </summary>
    public static ImmutableArray<MatrixWork> Work { get; } =
    [
        new(MatrixWorkKind.Products),
        new(MatrixWorkKind.ForwardPasses, Interval: "factorInterval"),
        new(MatrixWorkKind.Moments, Interval: "factorInterval", Examples: "factorSamples"),
        new(MatrixWorkKind.Decompositions, 1.1, Interval: "inverseInterval"),
    ];

    public static HyperparameterDescription InverseDelay { get; } = new()
    {
        Name = "inverseDelay",
        Label = Fixed,
        Default = 0,
        Minimum = 0,
        Maximum = 1000,
        Scale = Integer,
        Unit = "steps",
        Summary = "Steps for which an inversion runs on a thread of its own before its result is used (pays where a core is idle); 0 "
            + "inverts within the step",
    };

    public static HyperparameterDescription FallbackLearningRate { get; } = new()
    {
        Name = "fallbackLearningRate",
        Label = Fixed,
        Default = 1e-3,
        Minimum = 1e-5,
        Maximum = 1e-1,
        Scale = Logarithmic,
        Summary = "Peak learning rate of AdamW for parameters without a block",
        BatchSizeExponent = .5,
    };
}
