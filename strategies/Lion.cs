using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>Sign momentum found by program search: every weight moves by the same amount in every step.</summary>
/// <remarks>
/// w parameters, g gradient, m average of gradients (starts at 0), λ weight decay, all [n]:
/// <code>
/// w ← w - ηλw                                   (matrices and kernels only)
/// w ← w - η sign(β1 m + (1-β1) g)
/// m ← β2 m + (1-β2) g
/// </code>
/// </remarks>
public sealed class Lion : TrainingStrategy
{
    public override StrategyDescription Description { get; } = new()
    {
        Name = "lion",
        Summary = "The sign of an interpolated momentum; half of Adam's state",
        Source = "Chen et al., arXiv 2302.06675",
        BaseBatchSize = 256,
        Schedule = ScheduleKind.Cosine,
        WarmupFraction = .02,
        Hyperparameters =
        [
            new()
            {
                Name = "learningRate", Label = HyperparameterLabel.Nuisance, Default = 2e-4, Minimum = 1e-5,
                Maximum = 1e-2, Scale = HyperparameterScale.Logarithmic,
                Summary = "Peak learning rate η, the change of every weight in a step; a third to a tenth of Adam's",
                BatchSizeExponent = .5,
            },
            new()
            {
                Name = "oneMinusBeta1", Label = HyperparameterLabel.Fixed, Default = .05, Minimum = 1e-3, Maximum = .5,
                Scale = HyperparameterScale.Logarithmic, Summary = "1-β1, the newest gradient's share of the direction",
            },
            new()
            {
                Name = "oneMinusBeta2", Label = HyperparameterLabel.Fixed, Default = .02, Minimum = 1e-3, Maximum = .5,
                Scale = HyperparameterScale.Logarithmic, Summary = "1-β2, the newest gradient's share of the average",
            },
            new()
            {
                Name = "weightDecay", Label = HyperparameterLabel.Nuisance, Default = .5, Minimum = 1e-3, Maximum = 10,
                Scale = HyperparameterScale.Logarithmic, Summary = "Decoupled weight decay λ, taken times η; not for biases and norms",
            },
        ],
        Capabilities = new() { StatePerParameter = 1 },
        Continuations = Continuations.OfAverage("lion"),
    };

    public override Stepper Start(TrainingTask task) => new Run(task);

    private sealed class Run : FlatGradientStepper
    {
        private const double Large = 1e38;

        private readonly double beta1, beta2, weightDecay;
        private readonly Tensor first;
        private double firstWeight;

        public Run(TrainingTask task) : base(task, FlatParameters.ByDecay(task.Model))
        {
            _ = task.Positive("learningRate");
            beta1 = task.OneMinus("oneMinusBeta1");
            beta2 = task.OneMinus("oneMinusBeta2");
            weightDecay = task.NonNegative("weightDecay");
            first = Flat.NewState();
        }

        protected override void Update(double learningRate)
        {
            if (weightDecay > 0) Flat.ValuesOf(0).mul_(1 - (learningRate * weightDecay));
            // Clamped from afar rather than sign(), which makes 0 of NaN and so would hide a run that broke.
            var direction = (first * beta1).add_(Flat.Gradients, 1 - beta1).mul_(Large).clamp_(-1, 1);
            Flat.Values.add_(direction, -learningRate);
            first.mul_(beta2).add_(Flat.Gradients, 1 - beta2);
            firstWeight = (beta2 * firstWeight) + (1 - beta2);
        }

        protected override void SaveCore(StateDictionary state)
        {
            state.Set("first", first);
            state.SetScalar("firstWeight", firstWeight);
        }

        protected override void LoadCore(StateDictionary state)
        {
            state.CopyTo("first", first);
            firstWeight = state.GetScalar("firstWeight");
        }

        protected override void ContinueCore(StateDictionary? state)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            if (GradientAverage.FromState(state) is not { } average) return;
            first.copy_(average);
            firstWeight = 1;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) first.Dispose();
            base.Dispose(disposing);
        }
    }
}
