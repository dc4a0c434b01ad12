using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Jobs.Tests.Machine;

/// <summary>A policy without any sense: whatever it decides, no job may hang or spin.</summary>
internal sealed class RandomPolicy(int seed) : ISelectionPolicy
{
    private readonly Random random = new(seed);

    public string Name => "random";
    public DecisionTriggers Triggers { get; } = (DecisionTriggers)(seed % 8);

    public SelectionOutcome Decide(SelectionInput input)
    {
        var alive = input.Trials.Where(JobOutlook.IsAlive).ToList();
        var winner = alive.Count > 0 && random.Next(4) == 0 ? alive[random.Next(alive.Count)].Trial : (TrialId?)null;
        var decisions = alive.Select(t => new Decision
        {
            Trial = t.Trial,
            Kind = t.Trial == winner ? DecisionKind.Commit : (DecisionKind)random.Next(3),
            Reason = "by chance",
        }).ToImmutableArray();
        var going = decisions.Where(d => d.Kind is DecisionKind.Continue or DecisionKind.Commit)
            .Select(d => alive.First(t => t.Trial == d.Trial));
        return new SelectionOutcome
        {
            Decisions = decisions,
            NextStep = going.ToImmutableSortedDictionary(t => t.Trial, t => Math.Min(t.HorizonSteps, t.Step + random.Next(300))),
            Winner = winner,
            Unit = "s",
            Summary = "by chance",
        };
    }
}
