using AutoSelect.Contracts;
using AutoSelect.Training.Strategies;

namespace AutoSelect.Strategies;

/// <summary>SGD for large batches: each matrix has a learning rate in proportion to its norm over its gradient's.</summary>
/// <remarks>
/// W one parameter, G its gradient, M momentum (starts at 0), λ weight decay, c trust coefficient:
/// <code>
/// r = c‖W‖ / (‖G‖ + λ‖W‖)                       (matrices and kernels; c where a norm is 0)
/// M ← μM + G + λW
/// W ← W - ηrM
/// w ← w - η'm, without λ and with a rate η' of their own    (biases and norms)
/// </code>
/// The momentum is of raw gradients and the ratio acts outside of it, the unscaled form of Kumar et al.; so the state is that of
/// <see cref="Sgd"/>, and a change of the rate takes effect at once.
/// </remarks>
public sealed class Lars : TrainingStrategy
{
    public override StrategyDescription Description { get; } = new()
    {
        Name = "lars",
        Summary = "SGD with momentum and a trust ratio for each layer, for large batches",
        Source = "You et al., arXiv 1708.03888; unscaled momentum: Kumar et al., arXiv 1909.09756",
        BaseBatchSize = 256,
        Schedule = ScheduleKind.Cosine,
        WarmupFraction = .05,
        Hyperparameters =
        [
            new()
            {
                Name = "learningRate", Label = HyperparameterLabel.Nuisance, Default = 1, Minimum = 1e-2,
                Maximum = 100, Scale = HyperparameterScale.Logarithmic,
                Summary = "Peak learning rate η of matrices, taken times the trust ratio", BatchSizeExponent = 1,
            },
            new()
            {
                Name = "vectorLearningRate", Label = HyperparameterLabel.Fixed, Default = .05, Minimum = 1e-4,
                Maximum = 1, Scale = HyperparameterScale.Logarithmic,
                Summary = "Peak learning rate η' of biases and norms", BatchSizeExponent = 1,
            },
            new()
            {
                Name = "trustCoefficient", Label = HyperparameterLabel.Fixed, Default = 1e-3, Minimum = 1e-4,
                Maximum = 1e-1, Scale = HyperparameterScale.Logarithmic,
                Summary = "Trust coefficient c: share of its norm by which a matrix moves at rate 1",
            },
            new()
            {
                Name = "momentum", Label = HyperparameterLabel.Fixed, Default = .9, Minimum = 0,
                Maximum = .99, Scale = HyperparameterScale.Linear, Summary = "Momentum μ",
            },
            new()
            {
                Name = "weightDecay", Label = HyperparameterLabel.Nuisance, Default = 5e-4, Minimum = 1e-6, Maximum = 1e-2,
                Scale = HyperparameterScale.Logarithmic, Summary = "L2 coefficient λ in the gradient; not for biases and norms",
            },
        ],
        Capabilities = new() { StatePerParameter = 1 },
        Continuations = Continuations.OfHeavyBall("lars"),
    };

    public override Stepper Start(TrainingTask task) => new Run(task);

    private sealed class Run : MomentumStepper
    {
        private readonly double trustCoefficient, vectorRate;
        private readonly IReadOnlyList<MatrixBatch> batches;

        public Run(TrainingTask task) : base(task)
        {
            trustCoefficient = task.Positive("trustCoefficient");
            // Biases follow the same schedule, from a peak of their own.
            vectorRate = task.NonNegative("vectorLearningRate") / task.Positive("learningRate");
            batches = MatrixBatch.BatchesOfGroup(Flat, group: 0);
        }

        protected override void Update(double learningRate)
        {
            var ratios = batches.Select(RatiosOf).ToArray(); // of the raw gradients, which the momentum's weight decay then changes
            Advance();
            for (var group = 0; group < Flat.Groups; group++) AddGradients(Flat.PartOf(group));
            foreach (var (batch, ratio) in batches.Zip(ratios))
                batch.View(Flat.Values).addcmul_(batch.View(Velocity), ratio, -learningRate * trustCoefficient);
            var matrices = Flat.ValuesOf(0).numel();
            Flat.ValuesOf(1).add_(Velocity.narrow(0, matrices, Velocity.numel() - matrices), -learningRate * vectorRate);
        }

        private TorchSharp.torch.Tensor RatiosOf(MatrixBatch batch)
        {
            var norms = MatrixBatch.Norms(batch.View(Flat.Values));
            return TrustRatio.OneWhereUndefined(norms / MatrixBatch.Norms(batch.View(Flat.Gradients)).add_(norms, WeightDecay));
        }
    }
}
