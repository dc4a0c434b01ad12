using System.Numerics;
using AutoSelect.Training.Strategies;

namespace AutoSelect.Strategies;

/// <summary>
/// When factors and inverses are renewed: at every step of the burn-in, then at fixed intervals or, with a threshold, at intervals that
/// follow how much the factors change from one inversion to the next. Steps are counted from where the factors begin, which is not the
/// start of a run that goes on from another strategy's checkpoint.
/// </summary>
/// <remarks>
/// c relative change of the factors since the inversion before, α threshold, s stretch (1 at first) by which both intervals are multiplied:
/// <code>
/// c &gt; α:    s ← max(1, s/2)
/// c &lt; α/2:  s ← min(16, 2s)
/// </code>
/// After the stale statistics of Osawa et al., arXiv 2002.06015, with one stretch for all layers, so that a step is either cheap or not.
/// </remarks>
/// <param name="threshold">α; 0 keeps the intervals.</param>
internal sealed class RenewalSchedule(int factorInterval, int inverseInterval, int burnInSteps, double threshold)
{
    public const int LongestStretch = 16;

    public bool IsAdaptive => threshold > 0;

    public int Stretch { get; private set; } = 1;

    /// <summary>The run's step at which there were no factors yet; 0 unless it goes on from another strategy's checkpoint.</summary>
    public long Origin { get; set; }

    /// <summary>Steps between two inversions after the burn-in.</summary>
    public int InverseInterval => inverseInterval * Stretch;

    /// <summary>After the burn-in, the steps until factors and inverses fall due together again.</summary>
    public WorkCycle Cycle => new(
        Origin + burnInSteps,
        factorInterval / (long)BigInteger.GreatestCommonDivisor(factorInterval, inverseInterval) * InverseInterval);

    /// <summary>True when the factors are taken from the run's step, counted from 0.</summary>
    public bool FactorsDue(long step) => InBurnIn(step) || (step - Origin) % (factorInterval * Stretch) == 0;

    /// <summary>True when the factors are inverted at the run's step, counted from 0.</summary>
    public bool InversesDue(long step) => InBurnIn(step) || (step - Origin) % InverseInterval == 0;

    public bool InBurnIn(long step) => step - Origin < burnInSteps;

    /// <summary>Tells the change of the factors since the inversion before; one that is not a number halves the intervals.</summary>
    public void Adapt(double change)
    {
        if (change < threshold / 2) Stretch = Math.Min(LongestStretch, 2 * Stretch);
        else if (!(change <= threshold)) Stretch = Math.Max(1, Stretch / 2);
    }

    /// <summary>Takes a stretch from a checkpoint.</summary>
    public void Restore(int stretch) => Stretch = stretch;
}
