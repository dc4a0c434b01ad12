using AutoSelect.Contracts;
using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Selection.Policies.Insured;

/// <summary>
/// How far a challenger trains before it is looked at again: early curves say little and change fast, later ones slowly, so slices grow.
/// </summary>
internal sealed class ChallengerSlices(Race race)
{
    private readonly RungSlices slices = new(race.Input.Evaluation);

    /// <summary>Seconds that the baseline's run is expected to take; infinite where no target ends it.</summary>
    private readonly double expected = race is { IsToTarget: true, Baseline: { } baseline }
        ? Quantiles.FromSamples(baseline.Losses).P50 + race.Input.BaselineSeconds : double.PositiveInfinity;

    /// <summary>Seconds before which a challenger's curve is not judged.</summary>
    public double LeastSeconds(Racer racer)
    {
        var run = Math.Min(expected, SecondsUntil(racer, racer.Evidence.HorizonSteps + racer.Evidence.Step));
        return Math.Max(race.Settings.LeastSliceSeconds, race.Settings.LeastSliceShare * run);
    }

    /// <summary>Step at which the challenger's next slice ends.</summary>
    public long NextStep(Racer racer)
    {
        var trained = SecondsUntil(racer, 2 * racer.Evidence.Step);
        var least = LeastSeconds(racer);
        return slices.NextStep(racer.Evidence, trained < least ? least - trained : (race.Settings.SliceGrowth - 1) * trained);
    }

    /// <summary>Seconds that it takes from where it is to a step.</summary>
    public double SecondsUntil(Racer racer, long step) =>
        (step - racer.Evidence.Step) * StepCost.SecondsPerStep(racer.Evidence, race.Input.Evaluation);

    /// <summary>Seconds that its next slice takes.</summary>
    public double NextSeconds(Racer racer) => SecondsUntil(racer, NextStep(racer));
}
