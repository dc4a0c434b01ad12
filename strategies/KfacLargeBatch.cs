using AutoSelect.Contracts;
using AutoSelect.Training.Strategies;

namespace AutoSelect.Strategies;

/// <summary>K-FAC with the recipe for large batches: a learning rate that falls as a power, momentum tied to it, bounded weights.</summary>
/// <remarks>
/// The update of <see cref="Kfac"/> with the schedule, momentum and rescaling of <see cref="LargeBatchRecipe"/>. The candidate's own
/// schedule multiplies the decay, and is constant by default. A run of large batches has few steps, so factors are taken at every one, from
/// a part of the batch. It generalises like small batches only with a smoothed loss (running mixup, label smoothing), which is an axis of
/// its own.
/// </remarks>
public sealed class KfacLargeBatch : TrainingStrategy
{
    public override StrategyDescription Description { get; } = new()
    {
        Name = "kfac-large-batch",
        Summary = "K-FAC with polynomial decay, tied momentum and bounded weight norms, for large batches",
        Source = "Osawa et al., arXiv 1811.12019 and 2002.06015; see kfac",
        BaseBatchSize = 4096,
        Schedule = ScheduleKind.Constant,
        WarmupFraction = 0,
        Hyperparameters =
        [
            KfacHyperparameters.LearningRate(.3),
            KfacHyperparameters.Damping(1e-3),
            KfacHyperparameters.KlClip(1e-2),
            KfacHyperparameters.Momentum(.9),
            KfacHyperparameters.WeightDecay(1.5e-3),
            .. KfacHyperparameters.Renewal(average: .9, factors: 1, inverses: 2, samples: 512),
            KfacHyperparameters.InverseDelay,
            KfacHyperparameters.FallbackLearningRate,
            new()
            {
                Name = "decayStart", Label = HyperparameterLabel.Fixed, Default = 0, Minimum = 0, Maximum = 1,
                Scale = HyperparameterScale.Linear, Unit = "of the horizon", Summary = "Where the decay begins, e₀",
            },
            new()
            {
                Name = "decayEnd", Label = HyperparameterLabel.Fixed, Default = 1, Minimum = .1, Maximum = 3,
                Scale = HyperparameterScale.Linear, Unit = "of the horizon",
                Summary = "Where the learning rate would be 0, e₁; may lie behind the end",
            },
            new()
            {
                Name = "decayPower", Label = HyperparameterLabel.Nuisance, Default = 1, Minimum = .5,
                Maximum = 8, Scale = HyperparameterScale.Logarithmic, Summary = "Power p of the decay",
            },
            new()
            {
                Name = "rescale", Label = HyperparameterLabel.Fixed, Default = 1, Minimum = 0, Maximum = 1,
                Scale = HyperparameterScale.Integer, Summary = "1 bounds the norm of every weight by √(2 d_out), 0 leaves it",
            },
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
        Continuations = Continuations.OfCurvature,
    };

    /// <inheritdoc/>
    /// <exception cref="UnsupportedModelException">As for <see cref="Kfac"/>.</exception>
    public override Stepper Start(TrainingTask task) =>
        KfacStepper.Create(task, KfacSettings.ForTask(task) with { Recipe = LargeBatchRecipe.ForTask(task) });
}
