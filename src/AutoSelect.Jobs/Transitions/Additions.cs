using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;

namespace AutoSelect.Jobs.Transitions;

/// <summary>
/// Candidates that join a job. Each is one more challenger; nobody who races already is judged otherwise for it. Once the job is committed
/// nobody joins: the commit was right with the job's confidence among those that were there, and whoever wants more gets it from a new job.
/// Pure.
/// </summary>
internal static class Additions
{
    /// <exception cref="ArgumentException">Nobody is named.</exception>
    /// <exception cref="InvalidOperationException">The job is committed, a name is taken, or somebody would begin where no checkpoint is
    /// left.</exception>
    public static CandidatesAdded Added(JobRecord record, JobRequest request)
    {
        if (request.Addition is not { Candidates.IsDefaultOrEmpty: false } addition)
            throw new ArgumentException("0 candidates: an addition needs at least 1.");
        if (record.Commit is { } commit)
            throw new InvalidOperationException(
                $"Job '{record.Id}' is committed to {record[commit.Winner].Candidate.Name}: candidates can join before that alone. Submit "
                + "a new job for them.");
        if (record.Exporting is not null)
            throw new InvalidOperationException($"Job '{record.Id}' has its answer already and writes it: no candidate can join.");
        var names = record.Trials.Select(t => t.Candidate.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var candidate in addition.Candidates)
        {
            if (!names.Add(candidate.Name))
                throw new InvalidOperationException($"Job '{record.Id}' has a candidate {candidate.Name} already: a name is given once.");
        }
        Branches.Check(record.Spec with { Candidates = record.Spec.Candidates.AddRange(addition.Candidates) });
        foreach (var candidate in addition.Candidates) CheckBranch(record, candidate);
        return new CandidatesAdded(addition);
    }

    /// <summary>
    /// A checkpoint to begin with is left by the run that it is taken from as it passes the step, and only by a segment that knew of it
    /// when it began.
    /// </summary>
    private static void CheckBranch(JobRecord record, Candidate candidate)
    {
        if (candidate.Continues is not { } from) return;
        if (record.Trials.FirstOrDefault(t => t.Candidate.Name == from.Candidate) is not { } predecessor) return;
        var step = from.StepOf(candidate.Schedule.HorizonSteps(record.Spec.TrainingExamples, candidate.BatchSize));
        if (predecessor.SafeStep() >= step || !predecessor.IsAlive)
            throw new InvalidOperationException(
                $"{candidate.Name} continues {from.Candidate} after step {step}: that one is {predecessor.State} at step "
                + $"{predecessor.SafeStep()} and has left no checkpoint there; continue it later.");
        if (predecessor.OpenSegment() is { } open && open.UntilStep >= step)
            throw new InvalidOperationException(
                $"{candidate.Name} continues {from.Candidate} after step {step}, and that one trains past it without a halt: pause the "
                + "job, add the candidate, and resume.");
    }
}
