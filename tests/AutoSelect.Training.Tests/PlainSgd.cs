using AutoSelect.Contracts;
using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Training.Tests;

/// <summary>SGD with momentum, just enough of a strategy to test the loop.</summary>
public sealed class PlainSgd : TrainingStrategy
{
    public override StrategyDescription Description { get; } = new()
    {
        Name = "plain-sgd",
        Summary = "SGD with momentum for tests",
        Source = "test",
        BaseBatchSize = 32,
        Schedule = ScheduleKind.Constant,
        WarmupFraction = 0,
        Capabilities = new() { StatePerParameter = 1 },
        Hyperparameters =
        [
            new()
            {
                Name = "learningRate",
                Label = HyperparameterLabel.Nuisance,
                Default = .05,
                Minimum = 1e-4,
                Maximum = 1e6,
                Summary = "",
            },
            new() { Name = "momentum", Label = HyperparameterLabel.Fixed, Default = .9, Minimum = 0, Maximum = 1, Summary = "" },
        ],
    };

    public override Stepper Start(TrainingTask task) => new SgdStepper(task);

    private sealed class SgdStepper : FlatGradientStepper
    {
        private readonly Tensor momentum;

        public SgdStepper(TrainingTask task) : base(task, FlatParameters.ByDecay(task.Model)) => momentum = Flat.NewState();

        public override bool UpdatesByPart => true;

        public override IReadOnlyDictionary<string, double> Diagnostics => new Dictionary<string, double> { ["steps"] = Steps };

        protected override void UpdatePart(FlatPart part, double learningRate) =>
            part.Values.add_(part.SliceOf(momentum).mul_(Task["momentum"]).add_(part.Gradients), alpha: -learningRate);

        protected override void SaveCore(StateDictionary state) => state.Set("momentum", momentum);

        protected override void LoadCore(StateDictionary state) => state.CopyTo("momentum", momentum);

        protected override void Dispose(bool disposing)
        {
            momentum.Dispose();
            base.Dispose(disposing);
        }
    }
}
