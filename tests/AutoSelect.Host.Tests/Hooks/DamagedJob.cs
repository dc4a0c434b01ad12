using AutoSelect.Contracts;
using AutoSelect.Storage;

namespace AutoSelect.Host.Tests.Hooks;

/// <summary>A store of which the events of one job cannot be read.</summary>
internal sealed class DamagedJob(IJobStore inner, JobId damaged) : IJobStore
{
    private int reads;

    /// <summary>How often they were asked for.</summary>
    public int Reads => reads;

    public Task<IReadOnlyList<JobEvent>> Changes(JobId job, long since, int most = int.MaxValue)
    {
        if (job != damaged) return inner.Changes(job, since, most);
        Interlocked.Increment(ref reads);
        throw new StoreUnavailableException("the store", "an event cannot be read", new InvalidDataException());
    }

    public Task<JobId> Create(
        JobSpec spec, DateTimeOffset time, Func<JobId, (JobEvent First, JobSummary Summary)> first, string? submission = null) =>
        inner.Create(spec, time, first, submission);

    public Task Append(JobId job, long expectedVersion, IReadOnlyList<JobEvent> events, JobSummary? summary) =>
        inner.Append(job, expectedVersion, events, summary);

    public Task WaitForChanges(JobId job, long since, CancellationToken ct) => inner.WaitForChanges(job, since, ct);

    public Task<JobSummary?> Find(JobId job) => inner.Find(job);

    public Task<IReadOnlyDictionary<JobId, JobSummary>> FindAll(IReadOnlyCollection<JobId> jobs) => inner.FindAll(jobs);

    public Task<JobPage> List(JobQuery query) => inner.List(query);

    public Task<IReadOnlyList<JobId>> Running() => inner.Running();

    public Task<IReadOnlyDictionary<JobId, long>> Sizes() => inner.Sizes();

    public Task<bool> Delete(JobId job) => inner.Delete(job);
}
