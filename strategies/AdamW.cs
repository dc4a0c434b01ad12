using AutoSelect.Contracts;
using AutoSelect.Training.Strategies;

namespace AutoSelect.Strategies;

/// <summary>Adam with decoupled weight decay, as most people use it.</summary>
/// <remarks>
/// w parameters, g gradient, m and v moments (start at 0), t step from 1, λ weight decay, all [n]:
/// <code>
/// w ← w - ηλw                                   (matrices and kernels only)
/// m ← β1 m + (1-β1) g,   v ← β2 v + (1-β2) g²
/// w ← w - η (m/(1-β1ᵗ)) / (√(v/(1-β2ᵗ)) + ε)
/// </code>
/// </remarks>
public sealed class AdamW : TrainingStrategy
{
    public override StrategyDescription Description { get; } = new()
    {
        Name = "adamw",
        Summary = "Adam with decoupled weight decay",
        Source = "Kingma and Ba, arXiv 1412.6980; Loshchilov and Hutter, arXiv 1711.05101; batch-size rule: Malladi et al., arXiv "
            + "2205.10287",
        BaseBatchSize = 256,
        Schedule = ScheduleKind.Cosine,
        WarmupFraction = .02,
        Hyperparameters = AdamHyperparameters.With(learningRate: 1e-3, oneMinusBeta1: .1, oneMinusBeta2: .001, weightDecay: .01),
        Capabilities = new() { StatePerParameter = 2 },
        Continuations = Continuations.OfAdamFamily("adamw"),
    };

    public override Stepper Start(TrainingTask task) => new Run(task);

    private sealed class Run(TrainingTask task) : AdamStepper(task)
    {
        public override bool UpdatesByPart => true;

        protected override void UpdatePart(FlatPart part, double learningRate)
        {
            DecayWeights(part, learningRate);
            var (first, second) = Moments.Add(part, part.Gradients);
            part.Values.addcdiv_(first, Moments.Denominator(second, Epsilon), -learningRate / Moments.FirstWeight);
        }
    }
}
