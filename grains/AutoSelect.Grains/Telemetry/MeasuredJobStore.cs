using AutoSelect.Contracts;
using AutoSelect.Storage;

namespace AutoSelect.Grains;

/// <summary>A store whose answers are timed. Waiting for changes is not: it lasts as long as nothing happens.</summary>
/// <param name="store">The store.</param>
/// <param name="telemetry">Told of each answer.</param>
/// <param name="time">Clock of the measurement.</param>
public sealed class MeasuredJobStore(IJobStore store, AutoSelectTelemetry telemetry, TimeProvider time) : IJobStore
{
    public Task<JobId> Create(
        JobSpec spec, DateTimeOffset time, Func<JobId, (JobEvent First, JobSummary Summary)> first, string? submission = null) =>
        Timed("create", () => store.Create(spec, time, first, submission));

    public Task Append(JobId job, long expectedVersion, IReadOnlyList<JobEvent> events, JobSummary? summary) =>
        Timed("append", async () =>
        {
            await store.Append(job, expectedVersion, events, summary);
            return true;
        });

    public Task<IReadOnlyList<JobEvent>> Changes(JobId job, long since, int most = int.MaxValue) =>
        Timed("changes", () => store.Changes(job, since, most));

    public Task WaitForChanges(JobId job, long since, CancellationToken ct) => store.WaitForChanges(job, since, ct);

    public Task<JobSummary?> Find(JobId job) => Timed("find", () => store.Find(job));

    public Task<IReadOnlyDictionary<JobId, JobSummary>> FindAll(IReadOnlyCollection<JobId> jobs) =>
        Timed("find", () => store.FindAll(jobs));

    public Task<IReadOnlyList<JobId>> Running() => Timed("list", store.Running);

    public Task<JobPage> List(JobQuery query) => Timed("list", () => store.List(query));

    public Task<IReadOnlyDictionary<JobId, long>> Sizes() => Timed("sizes", store.Sizes);

    public Task<bool> Delete(JobId job) => Timed("delete", () => store.Delete(job));

    private async Task<T> Timed<T>(string operation, Func<Task<T>> ask)
    {
        var (began, error) = (time.GetTimestamp(), (string?)null);
        try
        {
            return await ask();
        }
        catch (Exception e)
        {
            error = e switch
            {
                StoreUnavailableException => "unavailable",
                VersionConflictException => "conflict",
                _ => "other",
            };
            throw;
        }
        finally
        {
            telemetry.Store.Answered(operation, time.GetElapsedTime(began), error);
        }
    }
}
