using System.Runtime.CompilerServices;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Planning.Inspections;
using AutoSelect.Storage;

namespace AutoSelect.Host.Tests;

/// <summary>A control side that plays given stories and notes what is asked of it.</summary>
internal sealed class FakeControl : IControlFactory, IControlSession, IJobArchive, ICatalogueSource
{
    private readonly TaskCompletionSource pauseAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<SampleStory> Stories { get; init; } = [SampleJob.Started, SampleJob.Probed, SampleJob.Committed, SampleJob.Completed];
    public List<JobRecord> Stored { get; init; } = [];
    public Func<WorkloadReference?, Inspection> Inspecting { get; init; } = _ => Sample.Inspection;
    public Exception? OpenFault { get; init; }

    /// <summary>Called after the last story; by default the watch ends there.</summary>
    public Action? AfterLast { get; init; }
    public bool EndsByItself { get; init; } = true;
    public Func<SampleStory> Pausing { get; init; } = () => SampleJob.Paused;

    public ControlOptions? Opened { get; private set; }
    public JobSpec? Submitted { get; private set; }
    public List<(JobId Job, JobRequest Request)> Requests { get; } = [];
    public bool IsDisposed { get; private set; }
    public List<WorkloadReference?> Inspected { get; } = [];
    public List<int> InspectedRanks { get; } = [];

    public Task<IControlSession> Open(ControlOptions options, CancellationToken ct)
    {
        Opened = options;
        return OpenFault is null ? Task.FromResult<IControlSession>(this) : Task.FromException<IControlSession>(OpenFault);
    }

    public Task<JobId> Submit(JobSpec spec)
    {
        Submitted = spec;
        return Task.FromResult(new JobId("toy"));
    }

    public Task Request(JobId job, JobRequest request)
    {
        Requests.Add((job, request));
        if (request.Kind == JobRequestKind.Pause) pauseAsked.TrySetResult();
        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<JobUpdate> Follow(JobId job, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var update in SampleStory.Updates(Stories)) yield return update;
        AfterLast?.Invoke();
        if (EndsByItself) yield break;
        await pauseAsked.Task.WaitAsync(ct);
        yield return Pausing().Since(Stories[^1].Events.Length);
    }

    public Task<IReadOnlyList<JobSummary>> List(string store) =>
        Task.FromResult<IReadOnlyList<JobSummary>>([.. Stored.Select(Summary)]);

    public Task<JobPage> Page(string store, JobQuery query) => Task.FromResult(new JobPage([.. Stored.Select(Summary)], null));

    public Task<JobRecord?> Find(string store, JobId id) => Task.FromResult(Stored.FirstOrDefault(r => r.Id == id));

    public Task<IReadOnlyList<JobEvent>> Events(string store, JobId id, long since = 0) => Task.FromResult<IReadOnlyList<JobEvent>>(
        [.. Stored.Where(r => r.Id == id && since == 0).Select(r => new JobEvent(1, r.StartedAt, r.ElapsedSeconds, new JobImported(r)))]);

    public Task<IReadOnlyList<JobRecord>> Earlier(string store) =>
        Task.FromResult<IReadOnlyList<JobRecord>>([.. Stored.Where(r => r.Phase == JobPhase.Completed)]);

    private static JobSummary Summary(JobRecord record) =>
        JobSummaries.FromRecord(record, record.StartedAt.AddSeconds(record.ElapsedSeconds));

    public Task<Inspection> Inspect(WorkloadReference? workload, int ranks, IProgress<DataProgress> progress, CancellationToken ct)
    {
        Inspected.Add(workload);
        InspectedRanks.Add(ranks);
        if (workload is not null) progress.Report(new DataProgress("toy data", 10, 20));
        return Task.FromResult(Inspecting(workload));
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }
}
