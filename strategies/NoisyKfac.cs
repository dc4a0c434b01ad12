using AutoSelect.Contracts;
using AutoSelect.Training.Strategies;

namespace AutoSelect.Strategies;

/// <summary>
/// Noisy K-FAC: natural gradient as variational inference, with a posterior over the weights whose covariance has Kronecker factors.
/// </summary>
/// <remarks>
/// M mean, N training examples, λ weight of the divergence from the prior, σ² prior variance, γ damping, blocks as in <see cref="Kfac"/>:
/// <code>
/// γ_in = λ/(Nσ²)
/// W ~ MN(M, λ/N (G + r/π I)⁻¹, (A + rπ I)⁻¹),  r² = γ_in       (every step)
/// V = ∇W loss(W) + γ_in M
/// M ← M - η · momentum of ν (G + r'/π I)⁻¹ V (A + r'π I)⁻¹,  r'² = γ + γ_in
/// </code>
/// Linear and Conv2d layers have a posterior; norms and all other parameters are point estimates. The prior takes the place of weight
/// decay. Evaluations average the predictions of <c>predictiveSamples</c> draws, where the workload says how; the weights delivered are M.
/// N is counted as the examples of an epoch in whole batches. The factored damping makes the posterior narrower than γ_in in the
/// undamped direction would, by about 2r relative to factors of size 1.
/// </remarks>
public sealed class NoisyKfac : TrainingStrategy
{
    public override StrategyDescription Description { get; } = new()
    {
        Name = "noisy-kfac",
        Summary = "K-FAC with a Gaussian posterior over the weights, for calibrated predictions",
        Source = "Zhang et al., arXiv 1712.02390; see kfac",
        BaseBatchSize = 256,
        Schedule = ScheduleKind.Cosine,
        WarmupFraction = 0,
        Hyperparameters =
        [
            KfacHyperparameters.LearningRate(.1),
            KfacHyperparameters.Damping(3e-3),
            KfacHyperparameters.KlClip(3e-3),
            KfacHyperparameters.Momentum(.7),
            new()
            {
                Name = "klWeight", Label = HyperparameterLabel.Nuisance, Default = .2, Minimum = 1e-3, Maximum = 1,
                Scale = HyperparameterScale.Logarithmic, Summary = "Weight λ of the divergence from the prior; 1 is Bayes",
            },
            new()
            {
                Name = "priorVariance", Label = HyperparameterLabel.Nuisance, Default = .1, Minimum = 1e-4, Maximum = 1000,
                Scale = HyperparameterScale.Logarithmic, Summary = "Variance σ² of the prior of every weight",
            },
            new()
            {
                Name = "predictiveSamples", Label = HyperparameterLabel.Fixed, Default = 10, Minimum = 0, Maximum = 1000,
                Scale = HyperparameterScale.Integer, Summary = "Draws whose predictions an evaluation averages; 0 predicts with the mean",
            },
            .. KfacHyperparameters.Renewal(average: .95, factors: 5, inverses: 5),
            KfacHyperparameters.FallbackLearningRate,
        ],
        Capabilities = new()
        {
            NeedsLayerCapture = true,
            NeedsWholeGradient = true,
            BreaksWithClipping = true,
            StatePerParameter = 3,
            StatePerSquaredSide = 3,
            // Noise of every step is shaped by the same products.
            MatrixWork = [new(MatrixWorkKind.Products), .. KfacHyperparameters.Work],
        },
        Continuations = Continuations.OfCurvature,
    };

    /// <inheritdoc/>
    /// <exception cref="UnsupportedModelException">As for <see cref="Kfac"/>.</exception>
    public override Stepper Start(TrainingTask task)
    {
        var (weight, variance) = (task.Positive("klWeight"), task.Positive("priorVariance"));
        var examples = Math.Max(1, task.HorizonSteps / task.Candidate.Schedule.HorizonEpochs * task.Candidate.BatchSize);
        return new NoisyKfacStepper(task, KfacSettings.ForTask(task), weight / (examples * variance), Math.Sqrt(weight / examples),
            task.Integer("predictiveSamples", 0));
    }
}
