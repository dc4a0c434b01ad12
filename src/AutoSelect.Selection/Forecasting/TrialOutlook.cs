using System.Collections.Immutable;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Selection.Forecasting;

/// <summary>
/// Joint samples of what a trial would do if it were committed to: its deliverable value along a grid of future steps, and the seconds of a
/// step. Values are kept turned, smaller is better.
/// </summary>
internal sealed class TrialOutlook
{
    /// <summary>Future steps a curve is drawn at.</summary>
    public const int GridPoints = 24;

    public required TrialEvidence Evidence { get; init; }

    /// <summary>Steps of the grid; the first is the present step.</summary>
    public required double[] Steps { get; init; }

    /// <summary>Latent values, one row of the grid per sample.</summary>
    public required double[] Latent { get; init; }

    /// <summary>The same with the noise of a measurement.</summary>
    public required double[] Measured { get; init; }

    /// <summary>Seconds per step by sample, its share of the evaluations included.</summary>
    public required double[] SecondsPerStep { get; init; }

    /// <summary>
    /// Step of the first due evaluation at which each sample measures the target, infinite where none does, the present step where it was
    /// measured already; null without a target.
    /// </summary>
    public double[]? StepsToTarget { get; init; }

    /// <summary>Weights of the families; empty where nothing of the trial was seen.</summary>
    public required ImmutableSortedDictionary<string, double> Families { get; init; }

    public int Samples => SecondsPerStep.Length;

    /// <summary>Fraction of the horizon done.</summary>
    public double Progress => (double)Evidence.Step / Math.Max(1, Evidence.HorizonSteps);

    public double MedianSecondsPerStep { get; init; }

    /// <summary>Mean of the latent value at a point of the grid; 0 is the present step.</summary>
    public double MeanAt(int point)
    {
        var sum = 0.0;
        for (var i = point; i < Latent.Length; i += Steps.Length) sum += Latent[i];
        return sum / Samples;
    }

    /// <summary>Seconds from now to the horizon.</summary>
    public double SecondsToHorizon => MedianSecondsPerStep * Math.Max(0, Evidence.HorizonSteps - Evidence.Step);

    /// <summary>Value of one sample at a step, by straight lines between the grid's steps.</summary>
    public double At(double[] values, int sample, double step)
    {
        var row = sample * Steps.Length;
        if (step <= Steps[0]) return values[row];
        var j = 1;
        while (j < Steps.Length - 1 && Steps[j] < step) j++;
        var share = Steps[j] > Steps[j - 1] ? Math.Clamp((step - Steps[j - 1]) / (Steps[j] - Steps[j - 1]), 0, 1) : 1;
        return values[row + j - 1] + share * (values[row + j] - values[row + j - 1]);
    }

    /// <summary>The last step a sample does: at the horizon, or when the time is up.</summary>
    public double FinalStep(int sample, double remaining) =>
        Math.Min(Evidence.HorizonSteps, Evidence.Step + Math.Max(0, remaining) / SecondsPerStep[sample]);

    /// <summary>Remaining seconds to the target of one sample; infinite when the horizon or the time comes first.</summary>
    public double SecondsToTarget(int sample, double target, double remaining)
    {
        var step = StepsToTarget?[sample] ?? StepOf(sample, target);
        if (double.IsInfinity(step)) return double.PositiveInfinity;
        var seconds = Math.Max(0, step - Evidence.Step) * SecondsPerStep[sample];
        return seconds <= remaining ? seconds : double.PositiveInfinity;
    }

    /// <summary>
    /// Value with which the run of a sample ends: at the target where it arrives in time, short of it where it does not; so it and
    /// <see cref="SecondsToTarget"/> tell the same of every sample.
    /// </summary>
    public double EndValue(int sample, double? target, double remaining)
    {
        var value = At(Measured, sample, FinalStep(sample, remaining));
        if (target is not { } goal) return value;
        return double.IsFinite(SecondsToTarget(sample, goal, remaining)) ? Math.Min(value, goal) : Math.Max(value, Math.BitIncrement(goal));
    }

    /// <summary>First point of the grid after the present one that measures some other value.</summary>
    private double StepOf(int sample, double value)
    {
        for (var j = 1; j < Steps.Length; j++) if (Measured[sample * Steps.Length + j] <= value) return Steps[j];
        return double.PositiveInfinity;
    }
}
