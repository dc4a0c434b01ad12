using System.Runtime.CompilerServices;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Planning.Inspections;

namespace AutoSelect.Host.Tests;

/// <summary>A control side that plays given records and notes what is asked of it.</summary>
internal sealed class FakeControl : IControlFactory, IControlSession, IJobArchive, ICatalogueSource
{
    private readonly TaskCompletionSource pauseAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<JobRecord> Records { get; init; } = [SampleJob.Started, SampleJob.Probed, SampleJob.Committed, SampleJob.Completed];
    public List<JobRecord> Stored { get; init; } = [];
    public Func<WorkloadReference?, Inspection> Inspecting { get; init; } = _ => Sample.Inspection;
    public Exception? OpenFault { get; init; }

    /// <summary>Called after the last record; by default the watch ends there.</summary>
    public Action? AfterLast { get; init; }
    public bool EndsByItself { get; init; } = true;
    public Func<JobRecord> Pausing { get; init; } = () => SampleJob.Paused;

    public ControlOptions? Opened { get; private set; }
    public JobSpec? Submitted { get; private set; }
    public JobId? Resumed { get; private set; }
    public bool IsDisposed { get; private set; }
    public List<WorkloadReference?> Inspected { get; } = [];
    public List<int> InspectedRanks { get; } = [];

    public Task<IControlSession> Open(ControlOptions options, CancellationToken ct)
    {
        Opened = options;
        return OpenFault is null ? Task.FromResult<IControlSession>(this) : Task.FromException<IControlSession>(OpenFault);
    }

    public Task<JobRecord> Submit(JobSpec spec, CancellationToken ct)
    {
        Submitted = spec;
        return Task.FromResult(SampleJob.Submitted);
    }

    public Task<JobRecord> Resume(JobId job, CancellationToken ct)
    {
        Resumed = job;
        return Task.FromResult(SampleJob.Submitted);
    }

    public async IAsyncEnumerable<JobRecord> Watch(JobId job, [EnumeratorCancellation] CancellationToken ct)
    {
        foreach (var record in Records) yield return record;
        AfterLast?.Invoke();
        if (EndsByItself) yield break;
        await pauseAsked.Task.WaitAsync(ct);
    }

    public Task<JobRecord> Pause(JobId job, CancellationToken ct)
    {
        pauseAsked.TrySetResult();
        return Task.FromResult(Pausing());
    }

    public IReadOnlyList<JobRecord> List(string store) => Stored;

    public JobRecord? Find(string store, JobId id) => Stored.FirstOrDefault(r => r.Id == id);

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
