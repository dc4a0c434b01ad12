using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies.Insured;

/// <summary>
/// What may be taken from the baseline: the premium is the job's share ρ of an optimistic time of the baseline to its objective, and every
/// second in which lane 0 does not train the baseline is debited. After the conservative bandits of Wu et al. (ICML 2016), whose regret
/// against a default action is bounded in the same way.
/// </summary>
internal sealed class Account
{
    private Account(double premium, double idle) => (Premium, Left) = (premium, Math.Max(0, premium - idle));

    /// <summary>Seconds by which the job may end later than the baseline alone would have.</summary>
    public double Premium { get; }

    /// <summary>Seconds that have not been debited, at least 0.</summary>
    public double Left { get; }

    /// <summary>
    /// Premium and what is left of it, in seconds; for <c>best_by</c> also in the unit of the metric: by how much less the baseline is
    /// expected to have at the deadline for so many seconds without its lane.
    /// </summary>
    public (string Name, double Value)[] Numbers(Race race) =>
    [
        ("premiumSeconds", Premium), ("premiumLeftSeconds", Left),
        .. race is not { Input.Objective.Kind: ObjectiveKind.BestBy, Baseline.Outlook: { } outlook } ? (IEnumerable<(string, double)>)[]
            : [("premiumValue", race.LostIn(outlook, Premium)), ("premiumLeftValue", race.LostIn(outlook, Left))],
    ];

    /// <param name="race">With a baseline.</param>
    public static Account FromRace(Race race)
    {
        var (input, baseline) = (race.Input, race.Baseline!);
        var trained = input.BaselineSeconds;
        var left = race.SecondsLeftOf(baseline);
        // Where it may never arrive it is insured for its run to the horizon or the deadline.
        double[] arrivals = race.IsToTarget ? [.. baseline.Losses.Select(l => trained + Math.Min(l, left)).Order()] : [trained + left];
        var quantile = Math.Min(race.Settings.PremiumQuantile, 1 - input.Confidence);
        var premium = input.Probe.Insurance * arrivals[(int)(quantile * arrivals.Length)];
        // The deadline counts from the submission, and an arrival from the baseline's first second.
        var before = Math.Max(0, input.ElapsedSeconds - trained - input.BaselineIdleSeconds);
        if (race.IsToTarget && input.Objective.DeadlineSeconds is { } deadline)
            premium = Math.Min(premium, Math.Max(0, deadline - before - arrivals[(int)(0.95 * (arrivals.Length - 1))]));
        return new Account(premium, input.BaselineIdleSeconds);
    }
}
