using System.Collections.Immutable;
using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Machine;

/// <summary>
/// Trials that begin with another trial's checkpoint: they wait until that one has safely done the step, or give up with it. Pure, so that
/// a crash at any moment finds the same trials begun.
/// </summary>
public static class Branches
{
    /// <summary>Refuses a job in which a candidate continues one it cannot.</summary>
    /// <exception cref="ArgumentException">No such candidate, one of another batch size or length, or one that begins too late.</exception>
    public static void Check(JobSpec spec)
    {
        foreach (var candidate in spec.Candidates)
        {
            if (candidate.Continues is not { } from) continue;
            if (candidate.Name == spec.Baseline)
                throw new ArgumentException(
                    $"The baseline {candidate.Name} continues {from.Candidate}: what would have been run anyway must begin by itself.",
                    nameof(spec));
            var predecessor = spec.Candidates.FirstOrDefault(c => c.Name == from.Candidate)
                ?? throw new ArgumentException(
                    $"{candidate.Name} continues '{from.Candidate}': it must be a candidate of the job.", nameof(spec));
            var horizon = candidate.Schedule.HorizonSteps(spec.TrainingExamples, candidate.BatchSize);
            if (predecessor.BatchSize != candidate.BatchSize
                || predecessor.Schedule.HorizonSteps(spec.TrainingExamples, predecessor.BatchSize) != horizon)
                throw new ArgumentException(
                    $"{candidate.Name} continues {predecessor.Name}: both must have one batch size and length.", nameof(spec));
            // Later steps only, so that nothing can continue itself by a detour.
            if (predecessor.Continues is { } before && before.StepOf(horizon) >= from.StepOf(horizon))
                throw new ArgumentException(
                    $"{candidate.Name} continues {predecessor.Name} after {from.At:0.###}: it must be later than {before.At:0.###}, where "
                    + "that one begins itself.", nameof(spec));
        }
    }

    /// <summary>
    /// The first trial whose predecessor is past the step, and may begin, or will never come there; null where there is none.
    /// </summary>
    public static JobChange? Next(JobRecord record) => record.Trials.Select(t => Next(record, t)).FirstOrDefault(c => c is not null);

    /// <summary>The checkpoints that a trial has to leave on its way for those that wait for it.</summary>
    public static ImmutableArray<Branch> ToLeave(JobRecord record, Trial trial) =>
        [.. Waiting(record, trial).Select(t => new Branch(StepOfBranch(t), CheckpointPaths.BranchPath(record, t.Id)))];

    /// <summary>
    /// The last step to train a trial to before the next decision, so that whoever waits for it can be compared from there on. Lane 0
    /// leaves the checkpoint on its way: it trains as it would alone.
    /// </summary>
    public static long Until(JobRecord record, TrialId trial, long step) => Lanes.IsLaneZero(record, record[trial]) ? step
        : Waiting(record, record[trial]).Select(StepOfBranch).Append(step).Min();

    /// <summary>True when somebody has begun at a branch whom the last decision did not know.</summary>
    public static bool IsNews(JobRecord record) => record.Rungs is [.., var last] && record.Trials.Any(
        t => t is { Candidate.Continues: not null, IsAlive: true } && IsShown(t) && !last.Horizon.ContainsKey(t.Id.Value));

    /// <summary>The candidate whose state a trial's checkpoint is; null when it is the trial's own.</summary>
    public static Candidate? PredecessorOf(JobRecord record, Trial trial) =>
        trial.Candidate.Continues is not null && trial.Checkpoint?.Uri == CheckpointPaths.BranchPath(record, trial.Id)
            ? Predecessor(record, trial).Candidate
            : null;

    /// <summary>True when a policy may reckon with the trial: one that continues another has to have begun.</summary>
    public static bool IsShown(Trial trial) =>
        trial.Candidate.Continues is null || trial.Checkpoint is not null || !trial.Segments.IsEmpty || !trial.Curve.IsEmpty;

    private static IEnumerable<Trial> Waiting(JobRecord record, Trial trial) =>
        record.Trials.Where(t => t.Candidate.Continues?.Candidate == trial.Candidate.Name && t.State == TrialState.Waiting);

    private static JobChange? Next(JobRecord record, Trial trial)
    {
        if (trial.Candidate.Continues is null || trial.State != TrialState.Waiting || trial.Checkpoint is not null) return null;
        var (predecessor, step) = (Predecessor(record, trial), StepOfBranch(trial));
        if (predecessor.Checkpoint is { } stored && stored.Step >= step)
        {
            // Its file was written when the run passed the step, and is about as large as the run's own.
            var checkpoint = new Checkpoint { Uri = CheckpointPaths.BranchPath(record, trial.Id), Step = step, Bytes = stored.Bytes };
            return new TrialBranched(trial.Id, predecessor.Id, checkpoint, $"begins where {predecessor.Candidate.Name} was at step {step}");
        }
        if (predecessor.State is not (TrialState.Stopped or TrialState.Failed or TrialState.Completed)) return null;
        var why = predecessor.Reason.Length > 0 ? $" ({predecessor.Reason})" : "";
        return new TrialEnded(trial.Id, predecessor.State == TrialState.Failed ? TrialState.Failed : TrialState.Stopped,
            $"cannot begin: {predecessor.Candidate.Name}, which it continues, ended before step {step}{why}");
    }

    private static Trial Predecessor(JobRecord record, Trial trial) =>
        record.Trials.First(t => t.Candidate.Name == trial.Candidate.Continues!.Candidate);

    private static long StepOfBranch(Trial trial) => trial.Candidate.Continues!.StepOf(trial.HorizonSteps);
}
