using AutoSelect.Contracts;
using AutoSelect.Training.Strategies;

namespace AutoSelect.Strategies;

/// <summary>Adam with Nesterov momentum and decoupled weight decay: the baseline every job is compared with.</summary>
/// <remarks>
/// w parameters, g gradient, m and v moments (start at 0), t step from 1, λ weight decay, all [n]:
/// <code>
/// w ← w - ηλw                                   (matrices and kernels only)
/// m ← β1 m + (1-β1) g,   v ← β2 v + (1-β2) g²
/// w ← w - η/(1-β1ᵗ) (β1 m + (1-β1) g) / (√(v/(1-β2ᵗ)) + ε)
/// </code>
/// The momentum has one bias correction, as in the AlgoPerf baseline the defaults are from, not Dozat's schedule of them.
/// </remarks>
public sealed class NAdamW : TrainingStrategy
{
    public override StrategyDescription Description { get; } = new()
    {
        Name = "nadamw",
        Summary = "Adam with Nesterov momentum and decoupled weight decay; the baseline",
        Source = "Dozat 2016; Loshchilov and Hutter, arXiv 1711.05101; defaults: AlgoPerf baseline, arXiv 2306.07179; batch-size rule: "
            + "Malladi et al., arXiv 2205.10287",
        BaseBatchSize = 256,
        Schedule = ScheduleKind.Cosine,
        WarmupFraction = .02,
        Hyperparameters = AdamHyperparameters.With(learningRate: 1.75e-3, oneMinusBeta1: .067),
        Capabilities = new() { StatePerParameter = 2 },
        InDefaultSet = true,
        Continuations = Continuations.OfAdamFamily("nadamw"),
    };

    public override Stepper Start(TrainingTask task) => new Run(task);

    private sealed class Run(TrainingTask task) : AdamStepper(task)
    {
        private readonly double beta1 = task.OneMinus("oneMinusBeta1");

        public override bool UpdatesByPart => true;

        protected override void UpdatePart(FlatPart part, double learningRate)
        {
            DecayWeights(part, learningRate);
            var gradients = part.Gradients;
            var (first, second) = Moments.Add(part, gradients);
            var nesterov = gradients.mul_(1 - beta1).add_(first, beta1);
            part.Values.addcdiv_(nesterov, Moments.Denominator(second, Epsilon), -learningRate / Moments.FirstWeight);
        }
    }
}
