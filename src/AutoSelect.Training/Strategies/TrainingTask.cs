using AutoSelect.Contracts;
using AutoSelect.Training.Modification;
using AutoSelect.Training.Ranks;
using AutoSelect.Training.Workloads;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AutoSelect.Training.Strategies;

/// <summary>What a stepper trains: model, loss, hyperparameters and schedule, on one device.</summary>
public sealed class TrainingTask
{
    /// <summary>With its initial weights, on <see cref="Device"/>, in training mode; stays the training loop's to dispose.</summary>
    public required Module<Tensor, Tensor> Model { get; init; }

    /// <summary>Mean loss of a batch from the model's output and the target.</summary>
    public required Func<Tensor, Tensor, Tensor> Loss { get; init; }

    /// <summary>
    /// Targets drawn at random from the distribution that the model's output stands for, as <see cref="Workload.SampleTargets"/>
    /// says; null, or returning null, where the loss stands for no distribution.
    /// </summary>
    public Func<Tensor, Tensor?>? SampleTargets { get; init; }

    /// <summary>Hyperparameters, batch size, schedule, seed and modifiers.</summary>
    public required Candidate Candidate { get; init; }

    /// <summary>Steps of the whole run.</summary>
    public required long HorizonSteps { get; init; }

    /// <summary>Description of the strategy, for its defaults.</summary>
    public required StrategyDescription Strategy { get; init; }

    /// <summary>Where the model is; default the CPU.</summary>
    public torch.Device Device { get; init; } = torch.CPU;

    /// <summary>
    /// The ranks that train together; null where there is one. Gradients come summed over them, so only what a strategy measures besides
    /// has to be exchanged by it.
    /// </summary>
    public TrainingRanks? Ranks { get; init; }

    /// <summary>Forward and backward pass with the candidate's modifiers: where every stepper takes its gradients from.</summary>
    public GradientPass Gradients { get => field ??= new PlainPass(this); internal set; }

    /// <summary>
    /// Where a stepper that updates by parts leaves its update, to be done when gradients arrive; null to update at once.
    /// </summary>
    internal GradientExchange? Deferral { get; set; }

    /// <summary>
    /// Makes another instance of the model on the device, of any weights, and leaves the generator as it is; null where nobody needs one.
    /// </summary>
    internal Func<Module<Tensor, Tensor>>? CreateModel { get; init; }

    /// <summary>Factor of the learning rate, where an update stands for another share of a batch than the whole.</summary>
    internal double UpdateScale { get; set; } = 1;

    /// <summary>The same on another instance of the model.</summary>
    internal TrainingTask OnInstance() => new()
    {
        Model = CreateModel!(),
        Loss = Loss,
        SampleTargets = SampleTargets,
        Candidate = Candidate,
        HorizonSteps = HorizonSteps,
        Strategy = Strategy,
        Device = Device,
        Ranks = Ranks,
    };

    /// <summary>Value of a hyperparameter: the candidate's, else the strategy's default.</summary>
    /// <exception cref="ArgumentException">The strategy has no hyperparameter of this name.</exception>
    public double this[string hyperparameter] =>
        Candidate.Hyperparameters.TryGetValue(hyperparameter, out var value) ? value
        : Strategy.Hyperparameters.FirstOrDefault(h => h.Name == hyperparameter)?.Default
        ?? throw new ArgumentException(
            $"'{hyperparameter}' is not a hyperparameter of {Strategy.Name}; it has "
            + $"{string.Join(", ", Strategy.Hyperparameters.Select(h => h.Name))}.");

    /// <summary>
    /// Learning rate of a step counted from 0: peak times the schedule's factor, rising anew after a switch of strategies.
    /// </summary>
    public double LearningRate(long step) =>
        this["learningRate"] * Candidate.Schedule.Factor(step, HorizonSteps) * Rewarm(step) * UpdateScale;

    private double Rewarm(long step) => Candidate.Continues is { RewarmSteps: > 0 } from
        ? Math.Clamp((step + 1.0 - from.StepOf(HorizonSteps)) / from.RewarmSteps, 0, 1) : 1;
}
