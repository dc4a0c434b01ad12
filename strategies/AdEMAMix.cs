using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>AdamW with a second, much slower average of the gradients beside the usual one.</summary>
/// <remarks>
/// w parameters, g gradient, m, s and v moments (start at 0), t step from 1, T length of the slow warm-up, λ weight decay, all [n]:
/// <code>
/// w ← w - ηλw                                   (matrices and kernels only)
/// τ = min(t/T, 1),   β = exp(-1/n),   n = (1-τ) n(β1) + τ n(β3),   n(β) = -1/ln β
/// m ← β1 m + (1-β1) g,   s ← β s + (1-β) g,   v ← β2 v + (1-β2) g²
/// w ← w - η (m/(1-β1ᵗ) + ταs) / (√(v/(1-β2ᵗ)) + ε)
/// </code>
/// n is the steps in which an average forgets all but 1/e: the slow one's grows linearly from the fast one's, which is the paper's
/// scheduler of β3 written plainly. s has no bias correction: τα keeps its youth from mattering.
/// </remarks>
public sealed class AdEMAMix : TrainingStrategy
{
    public override StrategyDescription Description { get; } = new()
    {
        Name = "ademamix",
        Summary = "AdamW with a fast and a very slow average of the gradients",
        Source = "Pagliardini et al., arXiv 2409.03137; batch-size rule: Malladi et al., arXiv 2205.10287",
        BaseBatchSize = 256,
        Schedule = ScheduleKind.Cosine,
        WarmupFraction = .02,
        Hyperparameters =
        [
            .. AdamHyperparameters.With(learningRate: 2e-3, oneMinusBeta1: .2, oneMinusBeta2: .005),
            new()
            {
                Name = "oneMinusBeta3", Label = HyperparameterLabel.Fixed, Default = 5e-4, Minimum = 1e-5,
                Maximum = .1, Scale = HyperparameterScale.Logarithmic,
                Summary = "1-β3, the newest gradient's share of the slow average", BatchSizeExponent = 1,
            },
            new()
            {
                Name = "alpha", Label = HyperparameterLabel.Nuisance, Default = 8, Minimum = .5, Maximum = 20,
                Scale = HyperparameterScale.Logarithmic, Summary = "Weight α of the slow average beside the fast one",
            },
            new()
            {
                Name = "slowWarmup", Label = HyperparameterLabel.Fixed, Default = 1, Minimum = .01, Maximum = 1,
                Scale = HyperparameterScale.Linear, Unit = "of the horizon", Summary = "Length T of the warm-up of α and β3",
            },
        ],
        Capabilities = new() { StatePerParameter = 3 },
        Continuations = Continuations.OfSecondMoment("ademamix"),
    };

    public override Stepper Start(TrainingTask task) => new Run(task);

    private sealed class Run : AdamStepper
    {
        private readonly double alpha, fastSteps, slowSteps, warmupSteps;
        private readonly Tensor slow;

        public Run(TrainingTask task) : base(task)
        {
            alpha = task.NonNegative("alpha");
            fastSteps = MemoryOf(task.OneMinus("oneMinusBeta1"));
            slowSteps = MemoryOf(task.OneMinus("oneMinusBeta3"));
            warmupSteps = task.Positive("slowWarmup") * task.HorizonSteps;
            slow = Flat.NewState();
        }

        protected override void Update(double learningRate)
        {
            var progress = Math.Min((Steps + 1) / warmupSteps, 1);
            var beta3 = Math.Exp(-1 / (fastSteps + (progress * (slowSteps - fastSteps))));
            DecayWeights(learningRate);
            Moments.Add(Flat.Gradients);
            slow.mul_(beta3).add_(Flat.Gradients, 1 - beta3);
            var direction = (Moments.First / Moments.FirstWeight).add_(slow, progress * alpha);
            Flat.Values.addcdiv_(direction, Moments.Denominator(Epsilon), -learningRate);
        }

        // n(β); 0 for β = 0, which forgets at once.
        private static double MemoryOf(double beta) => beta > 0 ? -1 / Math.Log(beta) : 0;

        protected override void SaveCore(StateDictionary state)
        {
            base.SaveCore(state);
            state.Set("slow", slow);
        }

        protected override void LoadCore(StateDictionary state)
        {
            base.LoadCore(state);
            state.CopyTo("slow", slow);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) slow.Dispose();
            base.Dispose(disposing);
        }
    }
}
