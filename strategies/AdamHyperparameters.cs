using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Strategies;

/// <summary>
/// Search space of the Adam family. The averages are given as 1-β, because by the batch-size rule (Malladi et al., arXiv
/// 2205.10287) it is 1-β that grows with the batch: η√κ, κ(1-β), ε/√κ, sound while κ(1-β) stays below .5.
/// </summary>
internal static class AdamHyperparameters
{
    /// <param name="fixedAverages">The averages and ε keep their values at every batch size: only η√κ of the rule.</param>
    public static ImmutableArray<HyperparameterDescription> With(
        double learningRate, double oneMinusBeta1, double oneMinusBeta2 = .0045, double weightDecay = .081,
        double epsilon = 1e-8, bool fixedAverages = false) =>
    [
        new()
        {
            Name = "learningRate", Label = HyperparameterLabel.Nuisance, Default = learningRate,
            Minimum = 1e-4, Maximum = 1e-1, Scale = HyperparameterScale.Logarithmic,
            Summary = "Peak learning rate η", BatchSizeExponent = .5,
        },
        new()
        {
            Name = "oneMinusBeta1", Label = HyperparameterLabel.Fixed, Default = oneMinusBeta1,
            Minimum = 1e-3, Maximum = .5, Scale = HyperparameterScale.Logarithmic,
            Summary = "1-β1, the newest gradient's share of the first moment", BatchSizeExponent = fixedAverages ? 0 : 1,
        },
        new()
        {
            Name = "oneMinusBeta2", Label = HyperparameterLabel.Fixed, Default = oneMinusBeta2,
            Minimum = 1e-4, Maximum = .5, Scale = HyperparameterScale.Logarithmic,
            Summary = "1-β2, the newest gradient's share of the second moment", BatchSizeExponent = fixedAverages ? 0 : 1,
        },
        new()
        {
            Name = "weightDecay", Label = HyperparameterLabel.Nuisance, Default = weightDecay, Minimum = 1e-3,
            Maximum = 1, Scale = HyperparameterScale.Logarithmic,
            Summary = "Decoupled weight decay λ, taken times η; not for biases and norms",
        },
        new()
        {
            Name = "epsilon", Label = HyperparameterLabel.Fixed, Default = epsilon, Minimum = 1e-12,
            Maximum = 1e-3, Scale = HyperparameterScale.Logarithmic,
            Summary = "ε added to the root of the second moment", BatchSizeExponent = fixedAverages ? 0 : -.5,
        },
    ];
}
