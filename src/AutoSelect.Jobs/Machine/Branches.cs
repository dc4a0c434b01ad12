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
    /// The last step to train a trial to before the next decision, so that whoever waits for it can be compared from there on.
    /// </summary>
    public static long Until(JobRecord record, TrialId trial, long step) =>
        Waiting(record, record[trial]).Select(StepOfBranch).Append(step).Min();

    /// <summary>The candidate whose state a trial's checkpoint is; null when it is the trial's own.</summary>
    public static Candidate? PredecessorOf(JobRecord record, Trial trial) =>
        trial.Candidate.Continues is not null && trial.Checkpoint?.Uri == CheckpointPaths.BranchPath(record, trial.Id)
            ? Predecessor(record, trial).Candidate
            : null;

    /// <summary>
    /// True when a policy may reckon with the trial: it has begun, and where a commit is in force it has shown something of its own, or is
    /// all there is to fall back on.
    /// </summary>
    public static bool IsShown(JobRecord record, Trial trial) => trial.Candidate.Continues is null
        || (HasBegun(trial) && (
            trial.IsTried || record.Commit is not { } commit || !record[commit.Winner].IsAlive || IsCommitOpen(record)));

    /// <summary>True when the trial has been begun, by itself or from its predecessor's checkpoint.</summary>
    public static bool HasBegun(Trial trial) => trial.Checkpoint is not null || !trial.Segments.IsEmpty || !trial.Curve.IsEmpty;

    /// <summary>
    /// True when the commit was made before a trial that continues the chosen one had begun: the two are to be compared, and the commit
    /// made anew, before it counts again.
    /// </summary>
    public static bool IsCommitOpen(JobRecord record) =>
        record.Commit is { } commit && record.Outcome is null && record.Trials.Any(t => IsNew(record, t, commit));

    /// <summary>
    /// Number of the rung for a policy: counted from the start of the race, so that one that is opened again begins with short slices.
    /// </summary>
    public static int Rung(JobRecord record) => !IsCommitOpen(record) ? record.Rungs.Length
        : 1 + record.Rungs.Skip(record.Commit!.Rung + 1)
            .Count(r => record.Trials.Any(t => IsNew(record, t, record.Commit) && r.Horizon.ContainsKey(t.Id.Value)));

    /// <summary>A trial that continues another and that the commit did not know of.</summary>
    private static bool IsNew(JobRecord record, Trial trial, Commit commit) => trial.Candidate.Continues is not null
        && (trial.IsAlive || trial.State == TrialState.Completed) && HasBegun(trial) && !WasShown(record, trial, commit.Rung);

    private static bool WasShown(JobRecord record, Trial trial, int upToRung) =>
        record.Rungs.Take(upToRung + 1).Any(r => r.Horizon.ContainsKey(trial.Id.Value));

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
