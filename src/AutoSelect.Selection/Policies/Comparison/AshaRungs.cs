namespace AutoSelect.Selection.Policies.Comparison;

/// <summary>
/// The rungs of ASHA: shares η^(k−K) of the run for k = 0 … K, with K = ⌊log_η(1/first)⌋, so that the last is the whole run.
/// </summary>
internal sealed class AshaRungs
{
    private readonly ComparisonRound round;
    private readonly double[] shares;

    public AshaRungs(ComparisonRound round, double eta, double first)
    {
        (this.round, Eta) = (round, eta);
        var top = Math.Max(0, (int)Math.Floor(Math.Log(1 / first, eta) + 1e-9));
        shares = [.. Enumerable.Range(0, top + 1).Select(k => Math.Pow(eta, k - top))];
    }

    public double Eta { get; }
    public int Count => shares.Length;

    public double Share(int rung) => shares[rung];

    /// <summary>Index of the last rung a trial has come to; −1 before the first.</summary>
    public int Last(TrialEvidence trial) => Array.FindLastIndex(shares, s => ComparisonRound.HasHad(trial, s));

    /// <summary>
    /// Trials that have come to a rung, from the smallest loss there to the largest. Rung −1 is that of all that have begun: one may
    /// have been broken off before its first.
    /// </summary>
    public TrialEvidence[] Ranked(int rung) =>
        [.. round.Trials.Where(t => t.Step > 0 && Last(t) >= rung)
            .OrderBy(t => round.LossAt(t, shares[Math.Max(0, rung)])).ThenBy(t => t.Trial)];
}
