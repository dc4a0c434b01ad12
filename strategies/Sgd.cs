using AutoSelect.Contracts;
using AutoSelect.Training;
using static TorchSharp.torch;

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
                Name = "learningRate", Label = HyperparameterLabel.Nuisance, Default = .1, Minimum = 1e-3, Maximum = 1, Scale = HyperparameterScale.Logarithmic,
                Summary = "Peak learning rate η; grows with the batch up to the gradient's noise scale, so the maximum caps it", BatchSizeExponent = 1,
            },
            new() { Name = "momentum", Label = HyperparameterLabel.Fixed, Default = .9, Minimum = 0, Maximum = .99, Scale = HyperparameterScale.Linear, Summary = "Momentum μ" },
            new() { Name = "weightDecay", Label = HyperparameterLabel.Nuisance, Default = 5e-4, Minimum = 1e-6, Maximum = 1e-2, Scale = HyperparameterScale.Logarithmic, Summary = "L2 coefficient λ in the gradient; not for biases and norms" },
        ],
        Capabilities = new() { StatePerParameter = 1 },
        InDefaultSet = true,
    };

    public override Stepper Start(TrainingTask task) => new Run(task);

    private sealed class Run : FlatGradientStepper
    {
        private readonly double momentum, weightDecay;
        private readonly Tensor velocity;

        public Run(TrainingTask task) : base(task, FlatParameters.ByDecay(task.Model))
        {
            momentum = task.BelowOne("momentum");
            weightDecay = task.NonNegative("weightDecay");
            velocity = Flat.NewState();
        }

        protected override void Update(double learningRate)
        {
            if (weightDecay > 0) Flat.GradientsOf(0).add_(Flat.ValuesOf(0), weightDecay);
            velocity.mul_(momentum).add_(Flat.Gradients);
            Flat.Values.add_(Flat.Gradients, -learningRate).add_(velocity, -learningRate * momentum);
        }

        protected override void SaveCore(StateDictionary state) => state.Set("momentum", velocity);

        protected override void LoadCore(StateDictionary state) => state.CopyTo("momentum", velocity);

        protected override void Dispose(bool disposing)
        {
            if (disposing) velocity.Dispose();
            base.Dispose(disposing);
        }
    }
}
