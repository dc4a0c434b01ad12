using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies.Regret;

/// <summary>
/// Chooses the trials of a rung as a portfolio: greedily the one that lowers E[minᵢ Lᵢ] most, as long as that is worth its price —
/// its device seconds, and the delay it causes to the front-runner where devices are fewer than trials. A greedy choice is within
/// 1 − 1/e of the best portfolio, since the expected minimum is submodular (Nemhauser, Wolsey and Fisher, 1978).
/// </summary>
internal sealed class RungPlanner(JobOutlook job, RungSlices slices)
{
    /// <summary>What was not tried in the last rung is looked at again only for a clear gain.</summary>
    private const double LaggardDiscount = 0.7;

    /// <param name="front">The front-runner; it must be alive.</param>
    /// <param name="sliceSeconds">Seconds each trial is to get, on every device it takes.</param>
    /// <param name="atLeast">Trials taken whatever they add.</param>
    /// <param name="atMost">Largest number of trials.</param>
    /// <param name="allowance">Device seconds that the losers may take.</param>
    public RungPortfolio Plan(TrialView front, double sliceSeconds, int atLeast, int atMost, double allowance)
    {
        var chosen = new List<TrialView> { front };
        var gains = new List<double> { 0 };
        var times = new List<(double Seconds, int Ranks)> { (slices.Seconds(front.Evidence, sliceSeconds), Ranks(front)) };
        var lowest = (double[])front.Losses.Clone();
        // Newcomers start where the others once were, and forecasts of those under way are too sure: history has chosen the race.
        var candidates = (job.IsInformed ? job.Racing : job.Alive)
            .Where(t => t.Id != front.Id && t.Evidence.Step < t.Evidence.HorizonSteps).ToList();
        var (losers, cost) = (0.0, 0.0);
        while (chosen.Count < atMost && candidates.Count > 0)
        {
            var (best, gain) = candidates.Select(t => (Trial: t, Gain: Gain(t, front, lowest))).MaxBy(c => c.Gain);
            var time = slices.Seconds(best.Evidence, sliceSeconds);
            var deviceTime = time * Ranks(best);
            if (losers + deviceTime > allowance) break;
            var newCost = Cost(front, [.. times, (time, Ranks(best))], losers + deviceTime);
            if (chosen.Count >= atLeast && gain <= Math.Max(newCost - cost, RacePrice(lowest))) break;
            chosen.Add(best);
            gains.Add(gain);
            times.Add((time, Ranks(best)));
            candidates.Remove(best);
            (losers, cost) = (losers + deviceTime, newCost);
            for (var s = 0; s < lowest.Length; s++) lowest[s] = Math.Min(lowest[s], best.Losses[s]);
        }
        return new RungPortfolio([.. chosen], [.. gains], sliceSeconds, losers, cost);
    }

    /// <summary>What a rung of the front-runner and one challenger would cost.</summary>
    public double LeastCost(TrialView front, double sliceSeconds) =>
        Cost(front, [(slices.Seconds(front.Evidence, sliceSeconds), Ranks(front)), (sliceSeconds, 1)], sliceSeconds);

    private static int Ranks(TrialView trial) => trial.Evidence.Candidate.Ranks;

    /// <summary>A challenger is paid for as long as it races, which may be longer than one slice.</summary>
    private double RacePrice(double[] lowest) => job.IsInformed ? job.Input.Probe.Price * lowest.Average() : 0;

    private double Gain(TrialView trial, TrialView front, double[] lowest)
    {
        var gain = 0.0;
        for (var s = 0; s < lowest.Length; s++) gain += Math.Max(0, lowest[s] - trial.Losses[s]);
        var behind = trial.Outlook.Progress < 0.6 * front.Outlook.Progress;
        return gain / lowest.Length * (behind && !job.IsInformed ? LaggardDiscount : 1);
    }

    /// <summary>
    /// Delay of the front-runner and price of the losers' device time, plus what the front-runner loses by coming later to the
    /// deadline. A value at a deadline has no price of time but that loss.
    /// </summary>
    private double Cost(TrialView front, ImmutableArray<(double Seconds, int Ranks)> times, double losers)
    {
        var delay = RungSlices.Makespan(times, job.Input.Devices) - times[0].Seconds;
        var seconds = Math.Max(0, delay) + job.Input.Probe.Price * losers;
        var isValue = job.Input.Objective.Kind == ObjectiveKind.BestBy;
        if (!isValue && !double.IsFinite(job.Value.RemainingSeconds)) return seconds;
        var remaining = double.IsFinite(job.Value.RemainingSeconds) ? job.Value.RemainingSeconds : front.Outlook.SecondsToHorizon;
        var later = 0.0;
        for (var s = 0; s < front.Losses.Length; s++)
            later += job.Value.Loss(front.Outlook, s, remaining - seconds) - job.Value.Loss(front.Outlook, s, remaining);
        return Math.Max(0, later / front.Losses.Length) + (isValue ? 0 : seconds);
    }
}
