using AutoSelect.Selection.Forecasting;

namespace AutoSelect.Selection.Policies.Insured;

/// <summary>
/// How far a challenger trains before it is looked at again: early curves say little and change fast, later ones slowly, so slices grow.
/// </summary>
internal sealed class ChallengerSlices(Race race, InsuredSettings settings)
{
    private readonly RungSlices slices = new(race.Input.Evaluation);

    /// <summary>Seconds before which a challenger's curve is not judged.</summary>
    public double LeastSeconds(Racer racer)
    {
        var run = SecondsUntil(racer, racer.Evidence.HorizonSteps + racer.Evidence.Step);
        if (race is { IsToTarget: true, Baseline: { } baseline }) run = Math.Min(run, Median(baseline.Losses) + race.Input.BaselineSeconds);
        return Math.Max(settings.LeastSliceSeconds, settings.LeastSliceShare * run);
    }

    /// <summary>Step at which the challenger's next slice ends.</summary>
    public long NextStep(Racer racer)
    {
        var trained = SecondsUntil(racer, 2 * racer.Evidence.Step);
        var least = LeastSeconds(racer);
        return slices.NextStep(racer.Evidence, trained < least ? least - trained : (settings.SliceGrowth - 1) * trained);
    }

    /// <summary>Seconds that it takes from where it is to a step.</summary>
    public double SecondsUntil(Racer racer, long step) =>
        (step - racer.Evidence.Step) * StepCost.SecondsPerStep(racer.Evidence, race.Input.Evaluation);

    private static double Median(double[] losses)
    {
        double[] sorted = [.. losses.Order()];
        return sorted[sorted.Length / 2];
    }
}
