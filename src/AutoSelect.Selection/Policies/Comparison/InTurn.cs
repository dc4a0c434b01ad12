using AutoSelect.Contracts;

namespace AutoSelect.Selection.Policies.Comparison;

/// <summary>
/// The frame of policies that stop trials one by one: candidates begin in a random order as devices get free; one that comes to a
/// check goes on to the next or is stopped, and makes room for the next candidate.
/// </summary>
internal static class InTurn
{
    /// <param name="first">Share of the run at which a trial is first checked.</param>
    /// <param name="next">Share at which a trial at a check is checked again; null stops it.</param>
    public static SelectionOutcome Decide(ComparisonRound round, double first, Func<TrialEvidence, double?> next, string whyStopped)
    {
        var free = round.Input.Devices - round.Trials.Count(t => t.RunningTo is not null);
        var idle = round.Shuffled().Where(t => JobOutlook.IsAlive(t) && t.RunningTo is null).ToArray();
        var checks = idle.Where(t => t.Step > 0).Select(t => (Trial: t, Share: next(t))).ToArray();
        var going = checks.Where(c => c.Share is not null).Select(c => (c.Trial, c.Share!.Value))
            .Concat(idle.Where(t => t.Step == 0).Select(t => (t, first))).Take(Math.Max(0, free)).ToArray();
        var outcome = round.GoOn(going, "not stopped so far", null);
        return outcome with
        {
            Decisions = outcome.Decisions.AddRange(checks.Where(c => c.Share is null)
                .Select(c => ComparisonRound.Say(c.Trial, DecisionKind.Stop, $"{c.Trial.Candidate.Name} is stopped: {whyStopped}."))),
        };
    }
}
