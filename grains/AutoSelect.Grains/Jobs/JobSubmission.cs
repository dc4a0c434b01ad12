using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Jobs.Machine;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Selection.Policies;
using AutoSelect.Storage;

namespace AutoSelect.Grains;

/// <summary>Takes jobs in: checks them, has the store give them their ids, and wakes them.</summary>
/// <param name="store">Where they are kept.</param>
/// <param name="leases">Says how many jobs a project and a user may have waiting.</param>
/// <param name="grains">Where they run.</param>
/// <param name="supervised">Told of each.</param>
/// <param name="time">Clock of the submission.</param>
/// <param name="folder">Holds a folder for each job; made by the control side, never by whoever submits.</param>
/// <param name="checkpoints">Where checkpoints go, a place for each job below it; null for the jobs' folders.</param>
public sealed class JobSubmission(
    IJobStore store, ILeaseLedger leases, IGrainFactory grains, SupervisedJobs supervised, TimeProvider time, string folder,
    string? checkpoints = null)
{
    /// <summary>Stores and starts a job.</summary>
    /// <param name="spec">What to do.</param>
    /// <param name="submission">The submitter's own name for the call; repeated, it gets the same job. Null for none.</param>
    /// <exception cref="ArgumentException">The job cannot be run as it is; the message gives the value and the rule.</exception>
    /// <exception cref="QueueFullException">Too many jobs of its project or its user wait already.</exception>
    /// <exception cref="StoreUnavailableException">Nothing was stored.</exception>
    public async Task<JobId> Submit(JobSpec spec, string? submission = null)
    {
        Check(spec);
        var now = time.GetUtcNow();
        var refusal = await WaitingLine.Refusal(store, leases, spec, now);
        var id = await store.Create(spec, now, job =>
        {
            // Here, where it is known to be no repetition of a call that was answered once.
            if (refusal is not null) throw new QueueFullException(refusal);
            var place = checkpoints is null ? null : CheckpointUri.Below(checkpoints, job.Value);
            var first = new JobEvent(1, now, 0, new JobSubmitted(job, spec, Path.Combine(folder, job.Value), place));
            return (first, JobSummaries.FromRecord(JobFold.Apply(null, first), now));
        }, submission);
        supervised.Add(id);
        await grains.GetGrain<IJobGrain>(id.Value).Wake();
        return id;
    }

    /// <exception cref="ArgumentException">The job cannot be run as it is.</exception>
    public static void Check(JobSpec spec)
    {
        if (spec.Candidates.IsEmpty) throw new ArgumentException("0 candidates: a job needs at least 1.", nameof(spec));
        if (spec.Candidates.All(c => c.Name != spec.Baseline))
            throw new ArgumentException($"baseline is '{spec.Baseline}': it must be a candidate of the job.", nameof(spec));
        _ = PolicyCatalogue.Get(spec.Policy);
        Branches.Check(spec);
    }
}
