using AutoSelect.Contracts;
using AutoSelect.Storage;
using AutoSelect.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Grains.Tests.Telemetry;

[Collection("Telemetry")]
public sealed class MeasuredJobStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Answers_are_timed_by_operation_and_failures_told_apart()
    {
        var time = new FakeTimeProvider();
        using var telemetry = new AutoSelectTelemetry(time);
        using var reading = new GaugeReading(telemetry, "autoselect.store.duration");
        await using var store = SqliteStore.Open(folder["store.db"]);
        var measured = new MeasuredJobStore(new Slow(store.Jobs, time), telemetry, time);

        Assert.Null(await measured.Find(new JobId("none")));
        await Assert.ThrowsAsync<VersionConflictException>(() => measured.Append(
            new JobId("none"), 1, [new JobEvent(2, default, 0, new JobAdmitted())], null));
        // Lasts as long as nothing happens, and says nothing of the store.
        using var ending = new CancellationTokenSource(0);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => measured.WaitForChanges(new JobId("none"), 0, ending.Token));

        Assert.Equal([" operation=find 2", " operation=append error.type=conflict 0"], reading.Read());
    }

    /// <summary>Takes two seconds to find a job.</summary>
    private sealed class Slow(IJobStore store, FakeTimeProvider time) : IJobStore
    {
        public Task<JobSummary?> Find(JobId job)
        {
            time.Advance(TimeSpan.FromSeconds(2));
            return store.Find(job);
        }

        public Task<JobId> Create(
            JobSpec spec, DateTimeOffset time, Func<JobId, (JobEvent First, JobSummary Summary)> first, string? submission = null) =>
            store.Create(spec, time, first, submission);

        public Task Append(JobId job, long expectedVersion, IReadOnlyList<JobEvent> events, JobSummary? summary) =>
            store.Append(job, expectedVersion, events, summary);

        public Task<IReadOnlyList<JobEvent>> Changes(JobId job, long since, int most = int.MaxValue) => store.Changes(job, since, most);

        public Task WaitForChanges(JobId job, long since, CancellationToken ct) => store.WaitForChanges(job, since, ct);

        public Task<IReadOnlyDictionary<JobId, JobSummary>> FindAll(IReadOnlyCollection<JobId> jobs) => store.FindAll(jobs);

        public Task<IReadOnlyList<JobId>> Running() => store.Running();

        public Task<JobPage> List(JobQuery query) => store.List(query);

        public Task<IReadOnlyDictionary<JobId, long>> Sizes() => store.Sizes();

        public Task<bool> Delete(JobId job) => store.Delete(job);
    }
}
