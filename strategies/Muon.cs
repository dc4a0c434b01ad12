using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>Momentum whose matrices are orthogonalised before the step; AdamW for all that is not a hidden matrix.</summary>
/// <remarks>
/// W a hidden matrix [m, n] (a kernel [out, in, …] is one of out rows), G its gradient, M average of gradients (starts at 0), λ weight
/// decay:
/// <code>
/// M ← βM + (1-β) G
/// U = NS(βM + (1-β) G) √max(1, m/n)             (<see cref="NewtonSchulz"/>, near the orthogonal factor)
/// W ← W - ηλW - ηU
/// </code>
/// AdamW (β .9 and .95, ε 1e-8, a rate of its own) takes the model's first and last matrix, embeddings, biases and norms. A model without
/// a hidden matrix has all its matrices but embeddings treated as hidden.
/// </remarks>
public sealed class Muon : TrainingStrategy
{
    public override StrategyDescription Description { get; } = new()
    {
        Name = "muon",
        Summary = "Orthogonalised momentum for hidden matrices, AdamW for the rest",
        Source = "Jordan et al., kellerjordan.github.io/posts/muon, 2024; weight decay: Liu et al., arXiv 2502.16982",
        BaseBatchSize = 256,
        Schedule = ScheduleKind.Cosine,
        WarmupFraction = .02,
        Hyperparameters =
        [
            new()
            {
                Name = "learningRate", Label = HyperparameterLabel.Nuisance, Default = .02, Minimum = 1e-4,
                Maximum = 1, Scale = HyperparameterScale.Logarithmic,
                Summary = "Peak learning rate η of hidden matrices, about the spectral norm of their step", BatchSizeExponent = .5,
            },
            new()
            {
                Name = "adamLearningRate", Label = HyperparameterLabel.Nuisance, Default = 3e-4,
                Minimum = 1e-5, Maximum = 1e-1, Scale = HyperparameterScale.Logarithmic,
                Summary = "Peak learning rate of AdamW for all other parameters", BatchSizeExponent = .5,
            },
            new()
            {
                Name = "oneMinusBeta", Label = HyperparameterLabel.Fixed, Default = .05, Minimum = 1e-3, Maximum = .5,
                Scale = HyperparameterScale.Logarithmic, Summary = "1-β, the newest gradient's share of the average",
            },
            new()
            {
                Name = "weightDecay", Label = HyperparameterLabel.Nuisance, Default = .01, Minimum = 1e-3,
                Maximum = 1, Scale = HyperparameterScale.Logarithmic,
                Summary = "Decoupled weight decay λ, taken times the rate; not for biases and norms",
            },
        ],
        Capabilities = new()
        {
            StatePerParameter = 2,
            MatrixWork = [new(MatrixWorkKind.Iterations, NewtonSchulz.Iterations, InnerLayers: true)],
        },
        InDefaultSet = true,
        Continuations = Continuations.OfAverage("muon"),
    };

    public override Stepper Start(TrainingTask task) => new Run(task);

    private sealed class Run : FlatGradientStepper
    {
        private const double AdamBeta1 = .9, AdamBeta2 = .95, AdamEpsilon = 1e-8;

        private readonly TrainingTask task;
        private readonly double beta, weightDecay, adamRate;
        private readonly IReadOnlyList<MatrixBatch> batches;
        private readonly Tensor average, otherValues, otherGradients;
        private readonly AdamMoments adam;

        public Run(TrainingTask task) : base(task, Layout(task.Model))
        {
            this.task = task;
            beta = task.OneMinus("oneMinusBeta");
            weightDecay = task.NonNegative("weightDecay");
            // AdamW follows the same schedule, from a peak of its own.
            adamRate = task.NonNegative("adamLearningRate") / task.Positive("learningRate");
            batches = MatrixBatch.BatchesOfGroup(Flat, group: 0);
            using var scope = NewDisposeScope();
            average = zeros_like(Flat.ValuesOf(0)).DetachFromDisposeScope();
            var (hidden, others) = (average.numel(), Flat.Values.numel() - average.numel());
            otherValues = Flat.Values.narrow(0, hidden, others).DetachFromDisposeScope();
            otherGradients = Flat.Gradients.narrow(0, hidden, others).DetachFromDisposeScope();
            adam = new AdamMoments(otherValues, AdamBeta1, AdamBeta2);
        }

        /// <summary>Hidden matrices by shape, other matrices, biases and norms.</summary>
        private static FlatParameters Layout(nn.Module model)
        {
            var trainable = model.parameters().Where(p => p.requires_grad).ToArray();
            var embeddings = model.modules().SelectMany(m => m is Embedding or EmbeddingBag ? m.parameters() : [])
                .ToHashSet<object>(ReferenceEqualityComparer.Instance);
            var matrices = trainable.Where(p => p.dim() >= 2).ToArray();
            var inner = matrices.Where(p => !embeddings.Contains(p)).ToArray();
            // An embedding at the front is the first layer.
            var first = matrices.Length > 0 && embeddings.Contains(matrices[0]) ? 0 : 1;
            var hidden = inner.Length > first + 1 ? inner[first..^1] : inner;
            var isHidden = hidden.ToHashSet<object>(ReferenceEqualityComparer.Instance);
            return new FlatParameters(
                FlatParameters.ByShape(hidden), matrices.Where(p => !isHidden.Contains(p)), trainable.Where(p => p.dim() < 2));
        }

        protected override void Update(double learningRate)
        {
            var gradients = Flat.GradientsOf(0);
            average.mul_(beta).add_(gradients, 1 - beta);
            gradients.mul_(1 - beta).add_(average, beta);
            if (weightDecay > 0)
            {
                Flat.ValuesOf(0).mul_(1 - (learningRate * weightDecay));
                Flat.ValuesOf(1).mul_(1 - (learningRate * adamRate * weightDecay));
            }
            foreach (var batch in batches)
            {
                var scale = Math.Sqrt(Math.Max(1, (double)batch.Rows / batch.Columns));
                batch.View(Flat.Values).add_(NewtonSchulz.Orthogonalize(batch.View(gradients)), -learningRate * scale);
            }
            adam.Add(otherGradients);
            adam.Step(otherValues, learningRate * adamRate, AdamEpsilon);
        }

        protected override void SaveCore(StateDictionary state)
        {
            state.Set("average", average);
            adam.Save(state.Part("adam"));
        }

        protected override void LoadCore(StateDictionary state)
        {
            state.CopyTo("average", average);
            adam.Load(state.Part("adam"));
        }

        protected override void ContinueCore(StateDictionary? state)
        {
            using var scope = NewDisposeScope();
            using var _ = no_grad();
            if (GradientAverage.FromState(state) is not { } other) return;
            // The other's state stands in the order of FlatParameters.ByDecay.
            long offset = 0;
            var hidden = Flat.ParametersOf(0).ToHashSet<object>(ReferenceEqualityComparer.Instance);
            foreach (var parameter in FlatParameters.ByShape(task.Model.parameters().Where(p => p.requires_grad && p.dim() >= 2)))
            {
                if (hidden.Contains(parameter))
                    Flat.View(average, parameter).copy_(other.narrow(0, offset, parameter.numel()).view(parameter.shape));
                offset += parameter.numel();
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                foreach (var tensor in new[] { average, otherValues, otherGradients }) tensor.Dispose();
                adam.Dispose();
            }
            base.Dispose(disposing);
        }
    }
}
