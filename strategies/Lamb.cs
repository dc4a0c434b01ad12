using AutoSelect.Contracts;
using AutoSelect.Training.Strategies;

namespace AutoSelect.Strategies;

/// <summary>Adam for large batches: each matrix moves by a fixed share of its own norm.</summary>
/// <remarks>
/// W one parameter, G its gradient, M and V its moments (start at 0), t step from 1, λ weight decay:
/// <code>
/// M ← β1 M + (1-β1) G,   V ← β2 V + (1-β2) G²
/// U = (M/(1-β1ᵗ)) / (√(V/(1-β2ᵗ)) + ε) + λW
/// W ← W - η min(‖W‖, 10)/‖U‖ U                  (matrices and kernels; 1 for the ratio where a norm is 0)
/// w ← w - ηu, without λ                         (biases and norms)
/// </code>
/// Biases and norms start at 0 or 1, where a share of their norm says nothing; they take Adam's step.
/// </remarks>
public sealed class Lamb : TrainingStrategy
{
    private const double GreatestNorm = 10;

    public override StrategyDescription Description { get; } = new()
    {
        Name = "lamb",
        Summary = "Adam with a trust ratio for each layer, for large batches",
        Source = "You et al., arXiv 1904.00962",
        BaseBatchSize = 8192,
        Schedule = ScheduleKind.Cosine,
        WarmupFraction = .05,
        Hyperparameters = AdamHyperparameters.With(
            learningRate: 6e-3, oneMinusBeta1: .1, oneMinusBeta2: .001, weightDecay: .01, epsilon: 1e-6, fixedAverages: true),
        Capabilities = new() { StatePerParameter = 2 },
        Continuations = Continuations.OfAdamFamily("lamb"),
    };

    public override Stepper Start(TrainingTask task) => new Run(task);

    private sealed class Run : AdamStepper
    {
        private readonly double weightDecay;
        private readonly IReadOnlyList<MatrixBatch> batches;

        public Run(TrainingTask task) : base(task)
        {
            weightDecay = task.NonNegative("weightDecay");
            batches = MatrixBatch.BatchesOfGroup(Flat, group: 0);
        }

        protected override void Update(double learningRate)
        {
            var update = Flat.Gradients;
            Moments.Add(update);
            update.copy_(Moments.First).div_(Moments.Denominator(Epsilon).mul_(Moments.FirstWeight));
            if (weightDecay > 0) Flat.GradientsOf(0).add_(Flat.ValuesOf(0), weightDecay);
            foreach (var batch in batches)
            {
                var directions = batch.View(update);
                var ratios = MatrixBatch.Norms(batch.View(Flat.Values)).clamp_max_(GreatestNorm) / MatrixBatch.Norms(directions);
                directions.mul_(TrustRatio.OneWhereUndefined(ratios));
            }
            Flat.Values.add_(update, -learningRate);
        }
    }
}
