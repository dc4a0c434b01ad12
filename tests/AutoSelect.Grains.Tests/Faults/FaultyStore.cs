using AutoSelect.Contracts;
using AutoSelect.Storage;

namespace AutoSelect.Grains.Tests;

/// <summary>A job store that fails chosen writes a number of times, and holds them.</summary>
internal sealed class FaultyStore(IJobStore store) : IJobStore
{
    private Func<JobChange, bool> fails = _ => false;
    private bool isStored;
    private int left;
    private TaskCompletionSource happened = new();
    private HeldAppend? held;

    /// <summary>Fails the next writes of a change.</summary>
    /// <param name="which">True for the changes.</param>
    /// <param name="times">How often.</param>
    /// <param name="isStored">True where what is said to have failed was stored.</param>
    /// <returns>Completes when it has happened as often.</returns>
    public Task FailAppends(Func<JobChange, bool> which, int times = 1, bool isStored = false)
    {
        (fails, left, this.isStored, happened) = (which, times, isStored, new(TaskCreationOptions.RunContinuationsAsynchronously));
        return happened.Task.WaitAsync(FaultJobs.Bound);
    }

    /// <summary>Holds the next write of such a change before it is stored.</summary>
    public HeldAppend HoldAppend(Func<JobChange, bool> which) => held = new HeldAppend(which);

    public async Task Append(JobId job, long expectedVersion, IReadOnlyList<JobEvent> events, JobSummary? summary)
    {
        if (held is { } holds && events.Any(e => holds.Which(e.Change)))
        {
            held = null;
            await holds.Hold([.. events.Select(e => e.Change)]);
        }
        var isFailing = events.Any(e => fails(e.Change)) && Interlocked.Decrement(ref left) >= 0;
        if (!isFailing || isStored) await store.Append(job, expectedVersion, events, summary);
        if (!isFailing) return;
        if (left == 0) happened.TrySetResult();
        throw new StoreUnavailableException("store.db", new IOException("it was to fail"));
    }

    public Task<JobId> Create(JobSpec spec, DateTimeOffset time, Func<JobId, (JobEvent First, JobSummary Summary)> first,
        string? submission = null) =>
        store.Create(spec, time, first, submission);

    public Task<IReadOnlyList<JobEvent>> Changes(JobId job, long since, int most = int.MaxValue) => store.Changes(job, since, most);

    public Task WaitForChanges(JobId job, long since, CancellationToken ct) => store.WaitForChanges(job, since, ct);

    public Task<JobSummary?> Find(JobId job) => store.Find(job);

    public Task<IReadOnlyDictionary<JobId, JobSummary>> FindAll(IReadOnlyCollection<JobId> jobs) => store.FindAll(jobs);

    public Task<IReadOnlyList<JobId>> Running() => store.Running();

    public Task<JobPage> List(JobQuery query) => store.List(query);

    public Task<IReadOnlyDictionary<JobId, long>> Sizes() => store.Sizes();

    public Task<bool> Delete(JobId job) => store.Delete(job);
}

/// <summary>A write that waits.</summary>
internal sealed class HeldAppend(Func<JobChange, bool> which)
{
    private readonly TaskCompletionSource<IReadOnlyList<JobChange>> reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Func<JobChange, bool> Which => which;

    /// <summary>Completes with what is to be stored.</summary>
    public Task<IReadOnlyList<JobChange>> Reached => reached.Task.WaitAsync(FaultJobs.Bound);

    public void Release() => released.TrySetResult();

    public Task Hold(IReadOnlyList<JobChange> changes)
    {
        reached.TrySetResult(changes);
        return released.Task;
    }
}
