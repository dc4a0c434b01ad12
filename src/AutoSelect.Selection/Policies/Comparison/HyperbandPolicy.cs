using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies.Comparison;

/// <summary>
/// Hyperband (Li et al., JMLR 18, 2018) by wall-clock: brackets s = sₘₐₓ … 0 of successive halving, with ⌈(sₘₐₓ+1)/(s+1) · ηˢ⌉
/// candidates that begin with η⁻ˢ of the run, sₘₐₓ = ⌊log_η(1/first)⌋. The candidates are dealt to the brackets in a random order
/// without replacement, until there are none. A later bracket begins when a device is free that the earlier ones cannot use.
/// </summary>
/// <param name="eta">Above 1; default 3.</param>
/// <param name="first">Smallest share of the run worth a look; default .03.</param>
internal sealed class HyperbandPolicy(double eta, double first) : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => "hyperband";

    /// <inheritdoc/>
    public DecisionTriggers Triggers => DecisionTriggers.FreeLane;

    /// <inheritdoc/>
    public SelectionOutcome Decide(SelectionInput input)
    {
        var round = new ComparisonRound(input);
        var free = input.Devices - round.Trials.Count(t => t.RunningTo is not null);
        var (all, stopped) = (new List<(TrialEvidence Trial, double Share)>(), new List<TrialEvidence>());
        foreach (var (trials, share) in Brackets(round.Shuffled()))
        {
            if (all.Count >= free) break;
            if (!new HalvingBracket(round, trials, eta, share).TryAdvance(out var going, out var dropped)) continue;
            all.AddRange(going);
            stopped.AddRange(dropped);
        }
        var outcome = round.GoOn(all, "a rung of a bracket of Hyperband", null);
        return outcome with
        {
            Decisions = outcome.Decisions.AddRange(stopped.Select(t =>
                ComparisonRound.Say(t, DecisionKind.Stop, $"{t.Candidate.Name} is not among the best of its bracket."))),
        };
    }

    /// <summary>The trials of each bracket and the share of its first rung.</summary>
    internal IEnumerable<(IReadOnlyList<TrialEvidence> Trials, double Share)> Brackets(IReadOnlyList<TrialEvidence> trials)
    {
        var most = (int)Math.Floor(Math.Log(1 / first, eta) + 1e-9);
        var dealt = 0;
        for (var s = most; dealt < trials.Count; s = s > 0 ? s - 1 : most)
        {
            var count = (int)Math.Ceiling((most + 1.0) / (s + 1) * Math.Pow(eta, s) - 1e-9);
            var bracket = trials.Skip(dealt).Take(count).ToArray();
            dealt += bracket.Length;
            yield return (bracket, Math.Pow(eta, -s));
        }
    }
}
