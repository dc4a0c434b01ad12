using AutoSelect.Contracts;
using AutoSelect.Training.Strategies;

namespace AutoSelect.Strategies;

/// <summary>Stochastic gradient descent with Nesterov momentum.</summary>
/// <remarks>
/// w parameters, g gradient, m momentum (starts at 0), λ weight decay, all [n]:
/// <code>
/// g ← g + λw        (matrices and kernels only)
/// m ← μm + g
/// w ← w - η(g + μm)
/// </code>
/// Weight decay is the classical L2 term in the gradient, because the default 5e-4 was tuned for that; biases and norms are not decayed.
/// </remarks>
public sealed class Sgd : TrainingStrategy
{
    public override StrategyDescription Description { get; } = new()
    {
        Name = "sgd",
        Summary = "Stochastic gradient descent with Nesterov momentum",
        Source = "Nesterov 1983; Sutskever et al., ICML 2013; batch-size rule: Goyal et al., arXiv 1706.02677",
        BaseBatchSize = 256,
        Schedule = ScheduleKind.Cosine,
        WarmupFraction = .05,
        Hyperparameters =
        [
            new()
            {
                Name = "learningRate", Label = HyperparameterLabel.Nuisance, Default = .1, Minimum = 1e-3,
                Maximum = 1, Scale = HyperparameterScale.Logarithmic,
                Summary = "Peak learning rate η; grows with the batch up to the gradient's noise scale, so the maximum caps it",
                BatchSizeExponent = 1,
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
        InDefaultSet = true,
        Continuations = Continuations.OfHeavyBall("sgd"),
    };

    public override Stepper Start(TrainingTask task) => new Run(task);

    private sealed class Run(TrainingTask task) : MomentumStepper(task)
    {
        public override bool UpdatesByPart => true;

        protected override void UpdatePart(FlatPart part, double learningRate)
        {
            var (gradients, momentum) = AddGradients(part);
            part.Values.add_(gradients, -learningRate).add_(momentum, -learningRate * Momentum);
        }
    }
}
