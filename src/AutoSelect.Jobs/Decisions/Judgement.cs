using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;

namespace AutoSelect.Jobs.Decisions;

/// <summary>
/// From a record to a decision and back: how one is computed, what makes it void before it is stored, and whether it can be computed again.
/// Pure.
/// </summary>
public static class Judgement
{
    /// <summary>What a decision made now would be computed from.</summary>
    public static DecisionBasis BasisFor(JobRecord record, JobFacts facts) => new()
    {
        Event = record.Version,
        Clock = facts.Now,
        Devices = Lanes.DevicesToReckonWith(record, facts),
        Policy = record.Spec.Policy,
        PolicyVersion = facts.Policy.Version,
        History = record.Spec.History ?? "",
        EvidenceVersion = Evidence.Version,
    };

    /// <summary>The decision on a record.</summary>
    /// <param name="record">At the basis' event.</param>
    /// <param name="basis">What else it is computed from.</param>
    /// <param name="policy">Who decides.</param>
    /// <param name="history">What it has learned.</param>
    /// <param name="pace">What is believed of the trials' speeds; null for what they measured.</param>
    public static JobDecided Decide(
        JobRecord record, DecisionBasis basis, ISelectionPolicy policy, SelectionHistory history, ITrialPace? pace = null)
    {
        var input = Evidence.Shown(record, basis, history, pace ?? new MeasuredPace(record));
        var outcome = policy.Decide(input);
        var rung = DiskLimit.Applied(RungRecords.FromOutcome(input, outcome, record, basis), record, outcome.RunnerUp);
        var commits = outcome.Winner is { } winner && record.Commit?.Winner != winner;
        return new JobDecided(rung, commits
            ? RungRecords.CommitTo(record, rung, outcome.Winner!.Value, outcome.RunnerUp, outcome.FallsBack) : null);
    }

    /// <summary>
    /// True when a decision that does not know of the change is void. Points, checkpoints and segments that did what they were sent for
    /// leave it standing: the next decision takes them in.
    /// </summary>
    /// <param name="record">With the change.</param>
    /// <param name="change">What happened while it was computed.</param>
    public static bool IsVoidedBy(JobRecord record, JobChange change) => change switch
    {
        SegmentStarted or MemberEnded => false,
        SegmentReported reported => record.Spec.Objective.Target is not null
            && reported.Points.Any(p => record.Spec.Objective.Reaches(p.Deliverable(record.Spec.Objective.Direction))),
        SegmentEnded ended => ended.End is not SegmentEnd.BudgetReached,
        _ => true,
    };
}
