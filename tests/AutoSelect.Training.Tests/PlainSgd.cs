using AutoSelect.Contracts;
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
            new() { Name = "learningRate", Label = HyperparameterLabel.Nuisance, Default = .05, Minimum = 1e-4, Maximum = 1e6, Summary = "" },
            new() { Name = "momentum", Label = HyperparameterLabel.Fixed, Default = .9, Minimum = 0, Maximum = 1, Summary = "" },
        ],
    };

    public override Stepper Start(TrainingTask task) => new SgdStepper(task);

    private sealed class SgdStepper : GradientStepper
    {
        private readonly List<Tensor> momenta;

        public SgdStepper(TrainingTask task) : base(task) => momenta = [.. Parameters.Select(p => zeros_like(p).detach().DetachFromDisposeScope())];

        public override IReadOnlyDictionary<string, double> Diagnostics => new Dictionary<string, double> { ["steps"] = Steps };

        protected override void Update(double learningRate)
        {
            for (var i = 0; i < Parameters.Count; i++)
            {
                momenta[i].mul_(Task["momentum"]).add_(Parameters[i].grad!);
                Parameters[i].add_(momenta[i], alpha: -learningRate);
            }
        }

        protected override void SaveCore(StateDictionary state)
        {
            for (var i = 0; i < momenta.Count; i++) state.Set($"momentum{i}", momenta[i]);
        }

        protected override void LoadCore(StateDictionary state)
        {
            for (var i = 0; i < momenta.Count; i++) state.CopyTo($"momentum{i}", momenta[i]);
        }

        protected override void Dispose(bool disposing)
        {
            foreach (var momentum in momenta) momentum.Dispose();
            base.Dispose(disposing);
        }
    }
}
