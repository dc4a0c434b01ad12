using System.Globalization;
using AutoSelect.Training.Checkpoints;

namespace AutoSelect.Training.Segments;

/// <summary>
/// Watches the training loss after a switch of strategies: one that leaves the band it had before is rolled back, by ending the trial while
/// the one it came from still stands where it was. It looks at the mean of the latest steps, since single batches scatter.
/// </summary>
internal sealed class SwitchGuard
{
    /// <summary>Steps watched after the learning rate is back where its schedule stands.</summary>
    public const int StepsAfterRewarm = 100;

    private const double Deviations = 4;
    private const double LeastShare = .1;
    private const int Window = 10;

    private readonly double limit;
    private readonly long untilStep;
    private double recent;
    private long seen;

    /// <param name="before">The loss before the switch.</param>
    /// <param name="untilStep">Last step to watch.</param>
    public SwitchGuard(LossBand before, long untilStep)
        : this(before.Mean + Math.Max(Deviations * before.Deviation, LeastShare * Math.Abs(before.Mean)), untilStep) { }

    private SwitchGuard(double limit, long untilStep) => (this.limit, this.untilStep) = (limit, untilStep);

    /// <summary>Takes in the loss of a step.</summary>
    /// <returns>Why the switch is taken back; null while all is well.</returns>
    public string? Take(double loss, long step)
    {
        if (step > untilStep) return null;
        seen++;
        recent += (loss - recent) / Math.Min(seen, Window);
        return seen >= Window && recent > limit
            ? string.Create(
                CultureInfo.InvariantCulture, $"Rolled back: {seen} steps after the switch the training loss is {recent:G4}, above "
                    + $"{limit:G4}, the end of the band it had before. The run it came from goes on as before.")
            : null;
    }

    public void Save(StateDictionary state)
    {
        state.SetScalar("limit", limit);
        state.SetScalar("untilStep", untilStep);
        state.SetScalar("recent", recent);
        state.SetScalar("seen", seen);
    }

    /// <summary>The guard that was saved; null where there was none.</summary>
    public static SwitchGuard? Read(StateDictionary state) => !state.HasScalar("limit") ? null
        : new SwitchGuard(state.GetScalar("limit"), (long)state.GetScalar("untilStep"))
        {
            recent = state.GetScalar("recent"),
            seen = (long)state.GetScalar("seen"),
        };
}
