using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>Schedule-Free AdamW: no decay of the learning rate; what is delivered is a running average of the weights.</summary>
/// <remarks>
/// x average, z Adam's sequence, y where gradients are taken (the model holds y), v second moment, t step from 1, all [n]:
/// <code>
/// y = (1-β1) z + β1 x
/// v ← β2 v + (1-β2) g(y)²
/// d = g(y) / (√(v/(1-β2ᵗ)) + ε) + λy            (λ for matrices and kernels only)
/// z ← z - ηd
/// x ← (1-c) x + c z,    c = γ²/Σγ², γ the greatest η so far
/// </code>
/// x is not kept: y and z determine it. Substituting x gives y ← (1-c) y + c z - η(1-β1(1-c)) d, with the z before its step.
/// Batch-norm statistics belong to y; recalibrate them when evaluating x.
/// </remarks>
public sealed class ScheduleFreeAdamW : TrainingStrategy
{
    public override StrategyDescription Description { get; } = new()
    {
        Name = "schedule-free-adamw",
        Summary = "AdamW that averages its weights instead of decaying the learning rate",
        Source = "Defazio et al., arXiv 2405.15682; batch-size rule: Malladi et al., arXiv 2205.10287",
        BaseBatchSize = 256,
        Schedule = ScheduleKind.Constant,
        WarmupFraction = .02,
        Hyperparameters = AdamHyperparameters.With(learningRate: 2.5e-3, oneMinusBeta1: .1),
        Capabilities = new() { StatePerParameter = 2, AveragesWeights = true },
        InDefaultSet = true,
        Continuations = Continuations.WeightsOnly(warmSteps: 2, over: "oneMinusBeta2"),
    };

    public override Stepper Start(TrainingTask task) => new Run(task);

    private sealed class Run : FlatGradientStepper
    {
        private readonly double beta1, beta2, epsilon, weightDecay;
        private readonly Tensor z, second;
        private double greatestRate, weightSum, secondWeight;

        /// <summary>y while the model holds x, else null: a copy, because x and z give y back only up to rounding.</summary>
        private Tensor? trained;

        public Run(TrainingTask task) : base(task, FlatParameters.ByDecay(task.Model))
        {
            _ = task.Positive("learningRate");
            beta1 = task.OneMinus("oneMinusBeta1");
            if (beta1 == 0)
                throw new ArgumentOutOfRangeException(nameof(task),
                    "schedule-free-adamw: 'oneMinusBeta1' is 1; it must be below 1, for x cannot be had from y and z otherwise.");
            beta2 = task.OneMinus("oneMinusBeta2");
            epsilon = task.Positive("epsilon");
            weightDecay = task.NonNegative("weightDecay");
            z = Flat.Values.clone().DetachFromDisposeScope();
            second = Flat.NewState();
        }

        public override bool HasAveragedWeights => true;

        public override void SwapAveragedWeights()
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            if (trained is { } y)
            {
                Flat.Values.copy_(y);
                y.Dispose();
                trained = null;
                return;
            }
            trained = Flat.Values.clone().DetachFromDisposeScope();
            Flat.Values.sub_(z).mul_(1 / beta1).add_(z); // x = z + (y-z)/β1
        }

        protected override Tensor StepCore(Batch batch)
        {
            RefuseWhileSwapped("train");
            return base.StepCore(batch);
        }

        protected override void Update(double learningRate)
        {
            greatestRate = Math.Max(greatestRate, learningRate);
            weightSum += greatestRate * greatestRate;
            var c = weightSum > 0 ? greatestRate * greatestRate / weightSum : 0;

            var direction = Flat.Gradients;
            second.mul_(beta2).addcmul_(direction, direction, 1 - beta2);
            secondWeight = (beta2 * secondWeight) + (1 - beta2); // 1-β2ᵗ, t counted from where this strategy began
            direction.div_(second.sqrt().mul_(1 / Math.Sqrt(secondWeight)).add_(epsilon));
            if (weightDecay > 0) Flat.GradientsOf(0).add_(Flat.ValuesOf(0), weightDecay);
            Flat.Values.mul_(1 - c).add_(z, c).add_(direction, -learningRate * (1 - beta1 * (1 - c)));
            z.add_(direction, -learningRate);
        }

        protected override void SaveCore(StateDictionary state)
        {
            RefuseWhileSwapped("save");
            state.Set("z", z);
            state.Set("second", second);
            state.SetScalar("secondWeight", secondWeight);
            state.SetScalar("greatestRate", greatestRate);
            state.SetScalar("weightSum", weightSum);
        }

        protected override void LoadCore(StateDictionary state)
        {
            RefuseWhileSwapped("load");
            state.CopyTo("z", z);
            state.CopyTo("second", second);
            secondWeight = state.GetScalar("secondWeight");
            greatestRate = state.GetScalar("greatestRate");
            weightSum = state.GetScalar("weightSum");
        }

        protected override void ContinueCore(StateDictionary? state)
        {
            using var _ = no_grad();
            z.copy_(Flat.Values);
        }

        private void RefuseWhileSwapped(string action)
        {
            if (trained is not null)
                throw new InvalidOperationException($"Cannot {action} while the model holds the averaged weights: swap them back first.");
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                z.Dispose();
                second.Dispose();
                trained?.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
