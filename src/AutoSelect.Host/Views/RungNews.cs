using AutoSelect.Contracts;

namespace AutoSelect.Host.Views;

/// <summary>What a decision changes of what was said before it: who trains, who holds the job, whether it can succeed.</summary>
/// <param name="record">With the rung.</param>
/// <param name="rung">The decision.</param>
/// <param name="commit">Who was committed to by it; null for nobody.</param>
internal sealed class RungNews(JobRecord record, RungRecord rung, Commit? commit)
{
    private readonly RungRecord? before = record.Rungs.ElementAtOrDefault(rung.Rung - 1);

    /// <summary>True where a rule of the job ends it: what follows tells of that.</summary>
    public bool IsEnding => rung.Basis is null && rung.NextStep.IsEmpty;

    /// <summary>True where the decision as a whole is to be told; who begins, rests or holds the job tells it better.</summary>
    public bool IsWorthTelling => !IsEnding
        && ((before?.Feasible ?? true) != rung.Feasible || (IsAnotherRace && commit is null && !rung.Decisions.Any(IsNews)));

    /// <summary>True for one that begins, is taken up again, rests or is given up.</summary>
    public bool IsNews(Decision decision) => !IsEnding && decision.Kind switch
    {
        DecisionKind.Continue => !WasSent(decision.Trial),
        DecisionKind.Commit => commit is null && !WasSent(decision.Trial),
        _ => WasSent(decision.Trial),
    };

    private bool IsAnotherRace => !rung.NextStep.Keys.SequenceEqual(before?.NextStep.Keys ?? []);

    private bool WasSent(TrialId trial) => before?.NextStep.ContainsKey(trial.Value) ?? false;
}
