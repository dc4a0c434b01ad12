using AutoSelect.Contracts;
using AutoSelect.Training.Strategies;

namespace AutoSelect.Strategies;

/// <summary>
/// Rectified Adam: momentum alone until the second moment has seen enough steps to be trusted, then Adam with a rectified rate.
/// </summary>
/// <remarks>
/// w parameters, g gradient, m and v moments (start at 0), t step from 1, λ weight decay, all [n]:
/// <code>
/// w ← w - ηλw                                   (matrices and kernels only)
/// m ← β1 m + (1-β1) g,   v ← β2 v + (1-β2) g²,   m^ = m/(1-β1ᵗ)
/// ρ∞ = 2/(1-β2) - 1,   ρ = ρ∞ - 2tβ2ᵗ/(1-β2ᵗ)
/// ρ > 5:  w ← w - η r m^ √(1-β2ᵗ)/(√v + ε),   r² = (ρ-4)(ρ-2)ρ∞ / ((ρ∞-4)(ρ∞-2)ρ)
/// else:   w ← w - η m^
/// </code>
/// The paper has the bound 4; at 5, as common implementations have it, r is not close to 0 any more.
/// </remarks>
public sealed class RAdam : TrainingStrategy
{
    private const double TrustedFrom = 5;

    public override StrategyDescription Description { get; } = new()
    {
        Name = "radam",
        Summary = "Adam whose rate is rectified while the second moment is young; needs no warm-up",
        Source = "Liu et al., arXiv 1908.03265; batch-size rule: Malladi et al., arXiv 2205.10287",
        BaseBatchSize = 256,
        Schedule = ScheduleKind.Cosine,
        WarmupFraction = 0,
        Hyperparameters = AdamHyperparameters.With(learningRate: 1e-3, oneMinusBeta1: .1, oneMinusBeta2: .001, weightDecay: .01),
        Capabilities = new() { StatePerParameter = 2 },
        Continuations = Continuations.OfAdamFamily("radam"),
    };

    public override Stepper Start(TrainingTask task) => new Run(task);

    private sealed class Run(TrainingTask task) : AdamStepper(task)
    {
        private readonly double beta2 = task.OneMinus("oneMinusBeta2");

        public override bool UpdatesByPart => true;

        protected override void UpdatePart(FlatPart part, double learningRate)
        {
            DecayWeights(part, learningRate);
            var (first, second) = Moments.Add(part, part.Gradients);
            var rate = learningRate / Moments.FirstWeight;
            if (Rectification() is { } r)
                part.Values.addcdiv_(first, second.sqrt().add_(Epsilon), -rate * r * Math.Sqrt(Moments.SecondWeight));
            else part.Values.add_(first, -rate);
        }

        /// <summary>r; null while ρ is at most the bound.</summary>
        private double? Rectification()
        {
            // The age of the second moment follows from its weight 1-β2ᵗ, so that it is right after a continuation too.
            var decayed = 1 - Moments.SecondWeight;
            var decayedTimesAge = decayed > 0 && beta2 > 0 ? decayed * Math.Log(decayed) / Math.Log(beta2) : 0;
            var limit = (2 / (1 - beta2)) - 1;
            var length = limit - (2 * decayedTimesAge / Moments.SecondWeight);
            return length > TrustedFrom ? Math.Sqrt((length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length)) : null;
        }
    }
}
