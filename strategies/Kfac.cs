using AutoSelect.Contracts;
using AutoSelect.Training;

namespace AutoSelect.Strategies;

/// <summary>Kronecker-factored approximate curvature: the gradient preconditioned by an approximation of the Fisher matrix, layer by layer.</summary>
/// <remarks>
/// u the gradient g preconditioned by the blocks (<see cref="KroneckerBlock"/>, <see cref="NormBlock"/>), m momentum (starts at 0):
/// <code>
/// ν = min(1, √(κ / (η² gᵀu)))                   (KL clip: bounds the change of the model's output distribution)
/// w ← w - ηλw                                   (matrices and kernels only)
/// m ← μm + νu
/// w ← w - ηm
/// </code>
/// Linear, Conv2d and batch norm layers have blocks. All other parameters (layer norms, embeddings, free parameters) take AdamW
/// steps, so that a model with some of them trains as a whole. For the first <c>burnInSteps</c> steps factors and inverses are
/// renewed at every step, because the factors change fast there.
/// <para>
/// The factors are those of the Fisher matrix where the workload can sample targets (<see cref="Workload.SampleTargets"/>), from a
/// second backward pass down to the layers' outputs, and of the empirical Fisher matrix elsewhere. The empirical one is E[ggᵀ]
/// with the mean gradient in it, so gᵀF⁻¹g cannot exceed 1 and the first steps from a bad start are far too short; on the deep
/// autoencoder it takes more than twice the steps, and how many depends on the seed (compare Kunstner et al., arXiv 1905.12558).
/// </para>
/// <para>
/// The defaults were chosen on MNIST, with a perceptron, a small convolutional network and the deep autoencoder, one seed each.
/// </para>
/// </remarks>
public sealed class Kfac : TrainingStrategy
{
    public override StrategyDescription Description { get; } = new()
    {
        Name = "kfac",
        Summary = "Natural gradient with Kronecker-factored curvature",
        Source = "Martens and Grosse, arXiv 1503.05671; convolutions: arXiv 1602.01407; KL clip: Ba et al., ICLR 2017; large batches: Osawa et al., arXiv 1811.12019",
        BaseBatchSize = 256,
        Schedule = ScheduleKind.Cosine,
        WarmupFraction = 0,
        Hyperparameters =
        [
            new()
            {
                Name = "learningRate", Label = HyperparameterLabel.Nuisance, Default = .1, Minimum = 1e-3, Maximum = 1, Scale = HyperparameterScale.Logarithmic,
                Summary = "Peak learning rate η; without effect while the KL clip binds", BatchSizeExponent = .62,
            },
            new() { Name = "damping", Label = HyperparameterLabel.Nuisance, Default = 3e-3, Minimum = 1e-5, Maximum = 1, Scale = HyperparameterScale.Logarithmic, Summary = "Damping of the Fisher matrix, in its unit: follows the scale of the loss" },
            new() { Name = "klClip", Label = HyperparameterLabel.Nuisance, Default = 3e-3, Minimum = 1e-5, Maximum = 1, Scale = HyperparameterScale.Logarithmic, Summary = "Bound κ on η²gᵀu" },
            new() { Name = "momentum", Label = HyperparameterLabel.Fixed, Default = .7, Minimum = 0, Maximum = .99, Scale = HyperparameterScale.Linear, Summary = "Momentum μ" },
            new() { Name = "weightDecay", Label = HyperparameterLabel.Nuisance, Default = 1.5e-3, Minimum = 1e-5, Maximum = 1e-1, Scale = HyperparameterScale.Logarithmic, Summary = "Decoupled weight decay λ, taken times η; not for biases and norms. With the default η the same decay a step as NAdamW's" },
            new() { Name = "factorAverage", Label = HyperparameterLabel.Fixed, Default = .8, Minimum = 0, Maximum = .999, Scale = HyperparameterScale.Linear, Summary = "Weight of the past in the averages of the factors" },
            new() { Name = "factorInterval", Label = HyperparameterLabel.Fixed, Default = 5, Minimum = 1, Maximum = 100, Scale = HyperparameterScale.Integer, Unit = "steps", Summary = "Steps between updates of the factors" },
            new() { Name = "inverseInterval", Label = HyperparameterLabel.Fixed, Default = 5, Minimum = 1, Maximum = 1000, Scale = HyperparameterScale.Integer, Unit = "steps", Summary = "Steps between inversions of the factors" },
            new() { Name = "factorSamples", Label = HyperparameterLabel.Fixed, Default = 0, Minimum = 0, Maximum = 65536, Scale = HyperparameterScale.Integer, Unit = "examples", Summary = "Examples of a batch the factors are taken from; 0 takes all" },
            new() { Name = "burnInSteps", Label = HyperparameterLabel.Fixed, Default = 20, Minimum = 1, Maximum = 1000, Scale = HyperparameterScale.Integer, Unit = "steps", Summary = "First steps, in which factors and inverses are renewed at every step" },
            new() { Name = "fallbackLearningRate", Label = HyperparameterLabel.Fixed, Default = 1e-3, Minimum = 1e-5, Maximum = 1e-1, Scale = HyperparameterScale.Logarithmic, Summary = "Peak learning rate of AdamW for parameters without a block", BatchSizeExponent = .5 },
        ],
        Capabilities = new() { NeedsLayerCapture = true, NeedsWholeGradient = true, BreaksWithClipping = true, StatePerParameter = 2, StatePerSquaredSide = 2 },
        InDefaultSet = true,
        Continuations = Continuations.WeightsOnly(warmSteps: 20),
    };

    /// <inheritdoc/>
    /// <exception cref="UnsupportedModelException">
    /// Grouped or dilated convolutions, parameters shared between layers, or no Linear, Conv2d or batch norm layer. The first step
    /// refuses models that call a layer twice or not by <c>call</c>, or that change a layer's output in place.
    /// </exception>
    public override Stepper Start(TrainingTask task) => KfacStepper.Create(task);
}
