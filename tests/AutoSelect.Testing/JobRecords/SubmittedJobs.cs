using AutoSelect.Contracts;
using AutoSelect.Jobs;

namespace AutoSelect.Testing;

/// <summary>Records of jobs that have just been submitted.</summary>
public static class SubmittedJobs
{
    public static JobRecord Record(JobSpec spec, string folder = "", string id = "job") =>
        JobFold.Apply(null, new JobEvent(1, DateTimeOffset.UnixEpoch, 0, new JobSubmitted(new JobId(id), spec, folder)));

    /// <summary>The record after more has happened to it, at one time.</summary>
    public static JobRecord After(this JobRecord record, double at, params IEnumerable<JobChange> changes) =>
        changes.Aggregate(record, (r, change) => JobFold.Apply(r, new JobEvent(r.Version + 1, r.StartedAt.AddSeconds(at), at, change)));
}
