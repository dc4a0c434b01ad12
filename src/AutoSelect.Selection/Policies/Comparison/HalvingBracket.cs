namespace AutoSelect.Selection.Policies.Comparison;

/// <summary>One bracket of successive halving: at each rung the best 1/η of its trials go on to η times the share of the run.</summary>
/// <param name="trials">The bracket's trials, those stopped among them.</param>
/// <param name="first">Share of the run of the first rung, above 0; the last rung is the whole run.</param>
internal sealed class HalvingBracket(ComparisonRound round, IReadOnlyList<TrialEvidence> trials, double eta, double first)
{
    /// <summary>
    /// The rung that all alive trials have come to, and the share of the next; false while some are on their way or all is over.
    /// </summary>
    public bool TryAdvance(out IEnumerable<(TrialEvidence Trial, double Share)> going, out IEnumerable<TrialEvidence> dropped)
    {
        (going, dropped) = ([], []);
        var alive = trials.Where(JobOutlook.IsAlive).ToArray();
        if (alive.Length == 0 || alive.Any(t => t.RunningTo is not null)) return false;
        if (alive.All(t => t.Step == 0))
        {
            going = alive.Select(t => (t, Math.Min(1, first)));
            return true;
        }
        var rung = alive.Min(Rung);
        var entered = trials.Count(t => Rung(t) >= rung);
        var ranked = round.Ranked(alive).ToArray();
        var kept = Math.Clamp((int)(entered / eta + 1e-9), 1, ranked.Length);
        // Who is left alone trains on at once: there is nothing to compare it with at the rungs between.
        var share = kept == 1 ? 1 : Math.Min(1, first * Math.Pow(eta, rung + 1));
        (going, dropped) = (ranked.Take(kept).Select(t => (t, share)), ranked.Skip(kept));
        return true;
    }

    /// <summary>Index of the last rung a trial has come to; −1 before the first.</summary>
    private int Rung(TrialEvidence trial)
    {
        var rung = -1;
        while (rung < 64 && ComparisonRound.HasHad(trial, Math.Min(1, first * Math.Pow(eta, rung + 1))) && first * Math.Pow(eta, rung) < 1)
            rung++;
        return rung;
    }
}
