using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace OwnWorkload;

/// <summary>
/// A training algorithm of one's own, which job files may name beside those that come with AutoSelect: w parameters, g gradient, m its
/// average (from 0), all [n]; m ← βm + (1-β)g, w ← w - η sign(m). Every step is as long as η says, whatever the gradient.
/// </summary>
public sealed class Signum : TrainingStrategy
{
    public override StrategyDescription Description { get; } = new()
    {
        // A name of its own: AutoSelect learns from earlier jobs by it.
        Name = "signum",
        Summary = "Sign of the averaged gradient",
        Source = "Bernstein et al., arXiv 1802.04434",
        BaseBatchSize = 64,
        Schedule = ScheduleKind.Cosine,
        WarmupFraction = .05,
        Hyperparameters =
        [
            new()
            {
                Name = "learningRate", Label = HyperparameterLabel.Nuisance, Default = 1e-3, Minimum = 1e-5, Maximum = 1e-1,
                Scale = HyperparameterScale.Logarithmic, Summary = "Peak length of a step of each parameter η",
            },
            new()
            {
                Name = "average", Label = HyperparameterLabel.Fixed, Default = .9, Minimum = 0, Maximum = .999,
                Summary = "Weight of the past in the average β",
            },
        ],
        Capabilities = new() { StatePerParameter = 1, BreaksWithClipping = true },
    };

    public override Stepper Start(TrainingTask task) => new Run(task);

    /// <summary>All parameters lie in one tensor and all gradients in another: an update is a few operations over both.</summary>
    private sealed class Run(TrainingTask task) : FlatGradientStepper(task, FlatParameters.ByDecay(task.Model))
    {
        private Tensor? average;

        private Tensor Average => average ??= Flat.NewState();

        /// <summary>Called under no_grad, in a dispose scope of the step; the learning rate follows the schedule already.</summary>
        protected override void Update(double learningRate)
        {
            var past = Task["average"];
            Average.mul_(past).add_(Flat.Gradients, alpha: 1 - past);
            Flat.Values.add_(Average.sign(), alpha: -learningRate);
        }

        /// <summary>All that a step depends on besides the weights: a trial goes on from it elsewhere as if nothing had been.</summary>
        protected override void SaveCore(StateDictionary state) => state.Set("average", Average);

        protected override void LoadCore(StateDictionary state) => state.CopyTo("average", Average);

        protected override void Dispose(bool disposing)
        {
            if (disposing) average?.Dispose();
            base.Dispose(disposing);
        }
    }
}
