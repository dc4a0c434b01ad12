using AutoSelect.Contracts;
using AutoSelect.Training.Strategies;
using AutoSelect.Training.Workloads;

namespace AutoSelect.Strategies;

/// <summary>
/// Kronecker-factored approximate curvature: the gradient preconditioned by an approximation of the Fisher matrix, layer by layer.
/// </summary>
/// <remarks>
/// u the gradient g preconditioned by the blocks (<see cref="KroneckerBlock"/>, <see cref="NormBlock"/>), m momentum (starts at 0):
/// <code>
/// ν = min(1, √(κ / (η² gᵀu)))                   (KL clip: bounds the change of the model's output distribution)
/// w ← w - ηλw                                   (matrices and kernels only)
/// m ← μm + νu
/// w ← w - ηm
/// </code>
/// Linear, Conv2d, batch norm and layer norm layers have blocks. All other parameters (embeddings, other convolutions, free parameters)
/// take AdamW steps, so that a model with some of them trains as a whole. For the first <c>burnInSteps</c> steps factors and inverses are
/// renewed at every step, because the factors change fast there; afterwards <see cref="RenewalSchedule"/> says when, and
/// <see cref="BackgroundInversion"/> may invert beside the training. In a run that goes on from another strategy's checkpoint these steps
/// are counted from the switch, and the learning rate is re-warmed over them, so that young factors move little.
/// <para>
/// The factors are those of the Fisher matrix where the workload can sample targets (<see cref="Workload.SampleTargets"/>), from a
/// second backward pass down to the layers' outputs, and of the empirical Fisher matrix elsewhere. The empirical one is E[ggᵀ]
/// with the mean gradient in it, so gᵀF⁻¹g cannot exceed 1 and the first steps from a bad start are far too short; on the deep
/// autoencoder it takes more than twice the steps, and how many depends on the seed (compare Kunstner et al., arXiv 1905.12558).
/// </para>
/// <para>
/// The defaults were chosen on MNIST, with a perceptron, a small convolutional network and the deep autoencoder, one seed each; the
/// intervals on the autoencoder with three, where factors and inverses of every tenth step took no more steps than those of every fifth.
/// </para>
/// </remarks>
public sealed class Kfac : TrainingStrategy
{
    public override StrategyDescription Description { get; } = new()
    {
        Name = "kfac",
        Summary = "Natural gradient with Kronecker-factored curvature",
        Source = "Martens and Grosse, arXiv 1503.05671; convolutions: arXiv 1602.01407; KL clip: Ba et al., ICLR 2017; norms and stale "
            + "factors: Osawa et al., arXiv 1811.12019, 2002.06015",
        BaseBatchSize = 256,
        Schedule = ScheduleKind.Cosine,
        WarmupFraction = 0,
        Hyperparameters =
        [
            KfacHyperparameters.LearningRate(.1),
            KfacHyperparameters.Damping(3e-3),
            KfacHyperparameters.KlClip(3e-3),
            KfacHyperparameters.Momentum(.7),
            KfacHyperparameters.WeightDecay(1.5e-3),
            .. KfacHyperparameters.Renewal(average: .64, factors: 10, inverses: 10),
            KfacHyperparameters.InverseDelay,
            KfacHyperparameters.FallbackLearningRate,
        ],
        Capabilities = new()
        {
            NeedsLayerCapture = true,
            NeedsWholeGradient = true,
            BreaksWithClipping = true,
            StatePerParameter = 2,
            StatePerSquaredSide = 2,
            MatrixWork = KfacHyperparameters.Work,
        },
        InDefaultSet = true,
        Continuations = Continuations.OfCurvature,
    };

    /// <inheritdoc/>
    /// <exception cref="UnsupportedModelException">
    /// Grouped convolutions, parameters shared between layers, or no Linear, Conv2d, batch norm or layer norm layer. The first step
    /// refuses models that call a layer twice or not by <c>call</c>, or that change a layer's output in place.
    /// </exception>
    public override Stepper Start(TrainingTask task) => KfacStepper.Create(task, KfacSettings.ForTask(task));
}
