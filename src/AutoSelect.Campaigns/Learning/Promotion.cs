using AutoSelect.Campaigns.Machine;
using AutoSelect.Contracts;
using AutoSelect.Selection.History;

namespace AutoSelect.Campaigns.Learning;

/// <summary>When a challenger has proved itself and becomes the baseline of later jobs.</summary>
internal static class Promotion
{
    /// <summary>
    /// The challenger with the most wins over the baseline in force, where it is better with the confidence that is asked for; null where
    /// there is none. Only jobs in which both took part count, and only those that one of the two won.
    /// </summary>
    public static BaselinePromoted? Due(CampaignRecord record)
    {
        if (record.Spec.Learning is not { } rule || record.Arms.IsEmpty) return null;
        // Of many challengers one wins by chance alone sooner than of one (Bonferroni).
        var needed = 1 - (1 - rule.Promote) / Math.Max(1, record.Arms.Length - 1);
        var ended = record.Points.Select(p => p.Result)
            .Where(r => r is { Phase: JobPhase.Completed, Winner: not null } && r.TookPart.Contains(record.Baseline)).ToList();
        var challengers = ended.Select(r => r!.Winner!).Where(w => w != record.Baseline).GroupBy(w => w, StringComparer.Ordinal);
        foreach (var challenger in challengers.OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal))
        {
            var losses = ended.Count(r => r!.Winner == record.Baseline && r.TookPart.Contains(challenger.Key));
            var wins = challenger.Count();
            var confidence = BetterThanHalf(wins, losses);
            if (wins + losses >= rule.PromoteAfter && confidence >= needed)
                return new BaselinePromoted(record.Baseline, challenger.Key, wins, losses, confidence);
        }
        return null;
    }

    /// <summary>
    /// P(θ &gt; ½) after so many wins and losses, θ being the chance of a win, with an even prior: that of a Beta(wins + 1, losses + 1),
    /// which is P(X ≤ wins) of a binomial X with wins + losses + 1 trials of ½.
    /// </summary>
    public static double BetterThanHalf(int wins, int losses)
    {
        var n = wins + losses + 1;
        // Powers of ½ run out; the binomial is normal by far then.
        if (n > 500) return NormalDistribution.Below((wins + 0.5 - n / 2.0) / (Math.Sqrt(n) / 2));
        var (term, sum) = (Math.Pow(0.5, n), 0.0);
        for (var k = 0; k <= wins; k++)
        {
            sum += term;
            term *= (double)(n - k) / (k + 1);
        }
        return sum;
    }
}
