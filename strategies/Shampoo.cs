using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>Gradients preconditioned by a root of second-moment matrices on both sides, with the length of Adam's step.</summary>
/// <remarks>
/// W a parameter [m, n], G its gradient, M and V moments, L [m, m] and R [n, n] factors (all start at 0), t step from 1:
/// <code>
/// L ← βL + (1-β) G Gᵀ,   R ← βR + (1-β) Gᵀ G,   β = β2
/// M ← β1 M + (1-β1) G,   V ← β2 V + (1-β2) G²
/// A = (M/(1-β1ᵗ)) / (√(V/(1-β2ᵗ)) + ε)          (Adam's direction)
/// D = (L + ρλᴸI)^-¼ M (R + ρλᴿI)^-¼             (λ the greatest eigenvalue; the roots are renewed every few steps)
/// W ← W - ηλW
/// W ← W - η ‖A‖/‖D‖ D                           (the graft)
/// </code>
/// A side longer than <c>maxDimension</c> has no factor, and the other's root is then ^-½. Until the first roots, at step
/// <c>rootInterval</c>, and for biases and norms the step is Adam's.
/// </remarks>
public sealed class Shampoo : TrainingStrategy
{
    public override StrategyDescription Description { get; } = new()
    {
        Name = "shampoo",
        Summary = "Preconditioning by roots of each layer's second-moment matrices, with Adam's step length",
        Source = "Gupta et al., arXiv 1802.09568; graft and intervals: Anil et al., arXiv 2002.09018; Shi et al., arXiv 2309.06497",
        BaseBatchSize = 256,
        Schedule = ScheduleKind.Cosine,
        WarmupFraction = .02,
        Hyperparameters =
        [
            .. AdamHyperparameters.With(learningRate: 1.75e-3, oneMinusBeta1: .067),
            new()
            {
                Name = "rootInterval", Label = HyperparameterLabel.Fixed, Default = 100, Minimum = 1, Maximum = 1000,
                Scale = HyperparameterScale.Integer, Unit = "steps", Summary = "Steps between renewals of the roots",
            },
            new()
            {
                Name = "rootEpsilon", Label = HyperparameterLabel.Fixed, Default = 1e-6, Minimum = 1e-12, Maximum = 1e-1,
                Scale = HyperparameterScale.Logarithmic, Summary = "ρ, added to the factors' eigenvalues as a share of the greatest",
            },
            new()
            {
                Name = "maxDimension", Label = HyperparameterLabel.Fixed, Default = 1024, Minimum = 1,
                Maximum = 16384, Scale = HyperparameterScale.Integer, Unit = "rows or columns",
                ShapesState = StateShaping.Value, Summary = "Longest side of a matrix that gets a factor",
            },
        ],
        Capabilities = new()
        {
            StatePerParameter = 2,
            StatePerSquaredSide = 2,
            MatrixWork =
            [
                // Factors and roots. An eigendecomposition takes the time of four products, and the root is one more.
                new(MatrixWorkKind.Products, 2, LongestSide: "maxDimension"),
                new(MatrixWorkKind.Decompositions, 5, Interval: "rootInterval", LongestSide: "maxDimension"),
            ],
        },
        Continuations = Continuations.OfSecondMoment("shampoo"),
    };

    public override Stepper Start(TrainingTask task) => new Run(task);

    private sealed class Run : AdamStepper
    {
        private readonly double beta2, rootEpsilon;
        private readonly int rootInterval;
        private readonly IReadOnlyList<KroneckerFactors> factors;
        private long updates, failedRoots;
        private bool hasRoots;

        public Run(TrainingTask task) : base(task)
        {
            beta2 = task.OneMinus("oneMinusBeta2");
            rootEpsilon = task.Positive("rootEpsilon");
            rootInterval = task.Integer("rootInterval", 1);
            using var scope = NewDisposeScope();
            factors = KroneckerFactors.ForGroup(Flat, group: 0, task.Integer("maxDimension", 1));
        }

        /// <summary>How often old roots were kept because a factor was not finite.</summary>
        public override IReadOnlyDictionary<string, double> Diagnostics => new Dictionary<string, double> { ["failedRoots"] = failedRoots };

        public override WorkCycle Cycle => new(Steps - updates, rootInterval);

        protected override void Update(double learningRate)
        {
            var gradients = Flat.Gradients;
            foreach (var factor in factors) factor.Add(factor.Batch.View(gradients), beta2);
            if (++updates % rootInterval == 0)
            {
                hasRoots = true;
                foreach (var factor in factors)
                    if (!factor.Derive((_, average, _) => MatrixRoot.Inverse(average, 2 * factor.Count, rootEpsilon))) failedRoots++;
            }

            Moments.Add(gradients);
            DecayWeights(learningRate);
            var direction = gradients.copy_(Moments.First).div_(Moments.Denominator(Epsilon));
            if (hasRoots)
                foreach (var factor in factors) Graft(factor, direction);
            Flat.Values.add_(direction, -learningRate / Moments.FirstWeight);
        }

        private void Graft(KroneckerFactors factor, Tensor direction)
        {
            var adam = factor.Batch.View(direction);
            var preconditioned = factor.Apply(factor.Batch.View(Moments.First));
            var norms = MatrixBatch.Norms(preconditioned).clamp_min_(1e-30);
            adam.copy_(preconditioned.mul_(MatrixBatch.Norms(adam).div_(norms)));
        }

        protected override void SaveCore(StateDictionary state)
        {
            base.SaveCore(state);
            state.SetScalar("updates", updates);
            state.SetScalar("failedRoots", failedRoots);
            state.SetScalar("hasRoots", hasRoots ? 1 : 0);
            for (var i = 0; i < factors.Count; i++) factors[i].Save(state.Part($"factors.{i}"));
        }

        protected override void LoadCore(StateDictionary state)
        {
            base.LoadCore(state);
            updates = (long)state.GetScalar("updates");
            failedRoots = (long)state.GetScalar("failedRoots");
            hasRoots = state.GetScalar("hasRoots") > 0;
            for (var i = 0; i < factors.Count; i++) factors[i].Load(state.Part($"factors.{i}"));
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                foreach (var factor in factors) factor.Dispose();
            base.Dispose(disposing);
        }
    }
}
