using AutoSelect.Training.Checkpoints;
using AutoSelect.Training.Strategies;
using static TorchSharp.torch;

namespace AutoSelect.Strategies;

/// <summary>A stepper of the Adam family: moments, ε and decoupled weight decay of <see cref="AdamHyperparameters"/>.</summary>
internal abstract class AdamStepper : FlatGradientStepper
{
    private readonly double weightDecay;

    protected AdamStepper(TrainingTask task) : base(task, FlatParameters.ByDecay(task.Model))
    {
        _ = task.Positive("learningRate");
        Epsilon = task.Positive("epsilon");
        weightDecay = task.NonNegative("weightDecay");
        Moments = new AdamMoments(Flat.Values, task.OneMinus("oneMinusBeta1"), task.OneMinus("oneMinusBeta2"));
    }

    protected double Epsilon { get; }

    protected AdamMoments Moments { get; }

    protected override void Advance() => Moments.Advance();

    /// <summary>w ← w - ηλw for matrices and kernels.</summary>
    protected void DecayWeights(double learningRate) => DecayWeights(Flat.PartOf(0), learningRate);

    /// <summary>The same for a part.</summary>
    protected void DecayWeights(FlatPart part, double learningRate)
    {
        if (weightDecay > 0 && part.Group == 0) part.Values.mul_(1 - (learningRate * weightDecay));
    }

    protected override void SaveCore(StateDictionary state) => Moments.Save(state);

    protected override void LoadCore(StateDictionary state) => Moments.Load(state);

    protected override void ContinueCore(StateDictionary? state)
    {
        using var scope = NewDisposeScope();
        if (GradientAverage.FromState(state) is { } average) Moments.TakeFirst(average);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) Moments.Dispose();
        base.Dispose(disposing);
    }
}
