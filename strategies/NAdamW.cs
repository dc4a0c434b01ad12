using AutoSelect.Contracts;
using AutoSelect.Training;
using static TorchSharp.torch;

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
        Source = "Dozat 2016; Loshchilov and Hutter, arXiv 1711.05101; defaults: AlgoPerf baseline, arXiv 2306.07179; batch-size rule: Malladi et al., arXiv 2205.10287",
        BaseBatchSize = 256,
        Schedule = ScheduleKind.Cosine,
        WarmupFraction = .02,
        Hyperparameters = AdamHyperparameters.With(learningRate: 1.75e-3, oneMinusBeta1: .067),
        Capabilities = new() { StatePerParameter = 2 },
        InDefaultSet = true,
    };

    public override Stepper Start(TrainingTask task) => new Run(task);

    private sealed class Run : FlatGradientStepper
    {
        private readonly double beta1, beta2, epsilon, weightDecay;
        private readonly Tensor first, second;

        public Run(TrainingTask task) : base(task, FlatParameters.ByDecay(task.Model))
        {
            beta1 = task.OneMinus("oneMinusBeta1");
            beta2 = task.OneMinus("oneMinusBeta2");
            epsilon = task.Positive("epsilon");
            weightDecay = task.NonNegative("weightDecay");
            first = Flat.NewState();
            second = Flat.NewState();
        }

        protected override void Update(double learningRate)
        {
            var t = Steps + 1;
            var gradients = Flat.Gradients;
            if (weightDecay > 0) Flat.ValuesOf(0).mul_(1 - learningRate * weightDecay);
            first.mul_(beta1).add_(gradients, 1 - beta1);
            second.mul_(beta2).addcmul_(gradients, gradients, 1 - beta2);
            var denominator = second.sqrt().mul_(1 / Math.Sqrt(1 - Math.Pow(beta2, t))).add_(epsilon);
            gradients.mul_(1 - beta1).add_(first, beta1);
            Flat.Values.addcdiv_(gradients, denominator, -learningRate / (1 - Math.Pow(beta1, t)));
        }

        protected override void SaveCore(StateDictionary state)
        {
            state.Set("first", first);
            state.Set("second", second);
        }

        protected override void LoadCore(StateDictionary state)
        {
            state.CopyTo("first", first);
            state.CopyTo("second", second);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                first.Dispose();
                second.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
