using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>Adam in the eigenbasis of Shampoo's factors, which turns slowly with them.</summary>
/// <remarks>
/// W a parameter [m, n], G its gradient, M and V moments, L [m, m] and R [n, n] factors (all start at 0), t step from 1:
/// <code>
/// L ← βL + (1-β) G Gᵀ,   R ← βR + (1-β) Gᵀ G,   β = β2
/// G' = Qᴸᵀ G Qᴿ
/// M ← β1 M + (1-β1) G,   V ← β2 V + (1-β2) G'²
/// W ← W - ηλW
/// W ← W - η Qᴸ [ (Qᴸᵀ M Qᴿ)/(1-β1ᵗ) / (√(V/(1-β2ᵗ)) + ε) ] Qᴿᵀ
/// every few steps:  Q ← the orthogonal factor of QR(S Q), for S = L and R
/// </code>
/// One product and QR is a step of orthogonal iteration. Before it the columns of Q are sorted by their estimates qᵀSq of the eigenvalues,
/// for the iteration wants them in order, and V is permuted alike. The first step takes the basis from the first gradient, exactly, and
/// changes no weight. A side longer than <c>maxDimension</c> keeps the identity as its basis; with none at all this is AdamW, a step
/// late. Biases and norms take AdamW's step without decay.
/// </remarks>
public sealed class Soap : TrainingStrategy
{
    public override StrategyDescription Description { get; } = new()
    {
        Name = "soap",
        Summary = "Adam in the slowly turning eigenbasis of each layer's gradients",
        Source = "Vyas et al., arXiv 2409.11321",
        BaseBatchSize = 256,
        Schedule = ScheduleKind.Cosine,
        WarmupFraction = .02,
        Hyperparameters =
        [
            .. AdamHyperparameters.With(learningRate: 3e-3, oneMinusBeta1: .05, oneMinusBeta2: .05, weightDecay: .01, fixedAverages: true),
            new()
            {
                Name = "basisInterval", Label = HyperparameterLabel.Fixed, Default = 10, Minimum = 1, Maximum = 1000,
                Scale = HyperparameterScale.Integer, Unit = "steps", Summary = "Steps between renewals of the basis",
            },
            new()
            {
                Name = "maxDimension", Label = HyperparameterLabel.Fixed, Default = 1024, Minimum = 1,
                Maximum = 16384, Scale = HyperparameterScale.Integer, Unit = "rows or columns",
                ShapesState = StateShaping.Value, Summary = "Longest side of a matrix that gets a basis",
            },
        ],
        Capabilities = new()
        {
            StatePerParameter = 2,
            StatePerSquaredSide = 2,
            MatrixWork =
            [
                // Factors, and three rotations. Turning a basis: a product, and a QR that takes the time of two.
                new(MatrixWorkKind.Products, 4, LongestSide: "maxDimension"),
                new(MatrixWorkKind.Decompositions, 3, Interval: "basisInterval", LongestSide: "maxDimension"),
            ],
        },
        InDefaultSet = true,
        Continuations = Continuations.OfSecondMoment("soap"),
    };

    public override Stepper Start(TrainingTask task) => new Run(task);

    private sealed class Run : AdamStepper
    {
        private readonly double beta2;
        private readonly int basisInterval;
        private readonly IReadOnlyList<KroneckerFactors> factors;
        private long stepsInBasis;

        public Run(TrainingTask task) : base(task)
        {
            beta2 = task.OneMinus("oneMinusBeta2");
            basisInterval = task.Integer("basisInterval", 1);
            using var scope = NewDisposeScope();
            factors = KroneckerFactors.ForGroup(Flat, group: 0, task.Integer("maxDimension", 1));
        }

        /// <summary>The exact basis of the first gradient comes once.</summary>
        public override WorkCycle Cycle => new(Steps - stepsInBasis + 1, basisInterval);

        protected override void Update(double learningRate)
        {
            var gradients = Flat.Gradients;
            foreach (var factor in factors) factor.Add(factor.Batch.View(gradients), beta2);
            if (stepsInBasis == 0)
            {
                if (factors.All(factor => factor.Derive((_, average, _) => Basis.Exact(average)))) stepsInBasis = 1;
                return;
            }

            Moments.AddFirst(gradients);
            foreach (var factor in factors) Replace(factor, gradients, factor.Rotate);
            Moments.AddSecond(gradients);
            DecayWeights(learningRate);
            var direction = gradients.copy_(Moments.First);
            foreach (var factor in factors) Replace(factor, direction, factor.Rotate);
            direction.div_(Moments.Denominator(Epsilon));
            foreach (var factor in factors) Replace(factor, direction, factor.RotateBack);
            Flat.Values.add_(direction, -learningRate / Moments.FirstWeight);
            if (stepsInBasis++ % basisInterval == 0)
                foreach (var factor in factors) Turn(factor);
        }

        private void Turn(KroneckerFactors factor) => factor.Derive((side, average, basis) =>
        {
            var second = factor.Batch.View(Moments.Second);
            var (turned, order) = Basis.Turn(average, basis);
            // Rows of V belong to the left basis, columns to the right one.
            var index = order.unsqueeze(2 - side).expand(second.shape);
            second.copy_(second.gather(1 + side, index));
            return turned;
        });

        private static void Replace(KroneckerFactors factor, Tensor flat, Func<Tensor, Tensor> by)
        {
            var matrices = factor.Batch.View(flat);
            matrices.copy_(by(matrices));
        }

        protected override void SaveCore(StateDictionary state)
        {
            base.SaveCore(state);
            state.SetScalar("stepsInBasis", stepsInBasis);
            for (var i = 0; i < factors.Count; i++) factors[i].Save(state.Part($"factors.{i}"));
        }

        protected override void LoadCore(StateDictionary state)
        {
            base.LoadCore(state);
            stepsInBasis = (long)state.GetScalar("stepsInBasis");
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
