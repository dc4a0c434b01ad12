using AutoSelect.Training.Checkpoints;

namespace AutoSelect.Training.Segments;

/// <summary>
/// Where the training loss of a batch has been lately: mean and standard deviation, weighted over about the last 50 steps.
/// </summary>
internal sealed class LossBand
{
    private const double Weight = .02;
    private double variance;

    /// <summary>NaN before the first loss.</summary>
    public double Mean { get; private set; } = double.NaN;

    public double Deviation => Math.Sqrt(variance);

    public void Take(double loss)
    {
        if (double.IsNaN(Mean)) Mean = loss;
        var difference = loss - Mean;
        Mean += Weight * difference;
        variance = (1 - Weight) * (variance + Weight * difference * difference);
    }

    public void Save(StateDictionary state)
    {
        state.SetScalar("mean", Mean);
        state.SetScalar("variance", variance);
    }

    public void Load(StateDictionary state) => (Mean, variance) = (state.GetScalar("mean"), state.GetScalar("variance"));
}
