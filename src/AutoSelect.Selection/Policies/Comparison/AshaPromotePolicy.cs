namespace AutoSelect.Selection.Policies.Comparison;

/// <summary>
/// ASHA (Li et al., "A system for massively parallel hyperparameter tuning", MLSys 2020, algorithm 2) by wall-clock: a free device
/// promotes, from the highest rung down, a trial that is among the best 1/η of those that came to its rung; where there is none, a
/// new candidate begins at the lowest rung. The candidates are finite here: when none is left, the best trial of the highest rung is
/// promoted.
/// </summary>
/// <param name="eta">Above 1; default 3.</param>
/// <param name="first">Share of the run that the lowest rung has at least; default .03.</param>
internal sealed class AshaPromotePolicy(double eta, double first) : ISelectionPolicy
{
    /// <inheritdoc/>
    public string Name => "asha-promote";

    /// <inheritdoc/>
    public DecisionTriggers Triggers => DecisionTriggers.FreeLane;

    /// <inheritdoc/>
    public SelectionOutcome Decide(SelectionInput input)
    {
        var round = new ComparisonRound(input);
        var rungs = new AshaRungs(round, eta, first);
        var free = input.Devices - round.Trials.Count(t => t.RunningTo is not null);
        var idle = round.Shuffled().Where(t => JobOutlook.IsAlive(t) && t.RunningTo is null).ToArray();
        var going = Promotable(rungs).Concat(idle.Where(t => t.Step == 0).Select(t => (Trial: t, rungs.Share(0))))
            .Take(Math.Max(0, free)).ToArray();
        if (going.Length == 0 && free == input.Devices && idle.Length > 0)
        {
            var highest = idle.Max(rungs.Last);
            var best = rungs.Ranked(highest).First(t => idle.Contains(t));
            going = [(best, rungs.Share(Math.Min(highest + 1, rungs.Count - 1)))];
        }
        return round.GoOn(going, "asynchronous successive halving", null);
    }

    private static IEnumerable<(TrialEvidence Trial, double Share)> Promotable(AshaRungs rungs)
    {
        for (var rung = rungs.Count - 2; rung >= 0; rung--)
        {
            var ranked = rungs.Ranked(rung);
            foreach (var trial in ranked.Take((int)(ranked.Length / rungs.Eta + 1e-9)))
                if (rungs.Last(trial) == rung && trial.RunningTo is null && JobOutlook.IsAlive(trial))
                    yield return (trial, rungs.Share(rung + 1));
        }
    }
}
