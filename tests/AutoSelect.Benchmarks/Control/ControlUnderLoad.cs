using AutoSelect.Contracts;
using AutoSelect.Grains;
using AutoSelect.Jobs;
using AutoSelect.Selection.History;
using AutoSelect.Storage;
using AutoSelect.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.TestingHost;

namespace AutoSelect.Benchmarks;

/// <summary>A control side in this process over an embedded store in a folder of its own.</summary>
internal sealed class ControlUnderLoad : IAsyncDisposable
{
    private readonly TemporaryFolder folder;
    private readonly InProcessTestCluster cluster;
    private readonly SqliteStore store;
    private readonly JobSubmission submission;
    private readonly PoolCalls calls;

    private ControlUnderLoad(
        TemporaryFolder folder, InProcessTestCluster cluster, SqliteStore store, JobSubmission submission, PoolCalls calls) =>
        (this.folder, this.cluster, this.store, this.submission, this.calls) = (folder, cluster, store, submission, calls);

    public IGrainFactory Grains => cluster.Client;

    public ILeaseLedger Leases => store.Leases;

    public static async Task<ControlUnderLoad> Start()
    {
        var folder = new TemporaryFolder();
        var store = SqliteStore.Open(folder["store.db"]);
        var (supervised, calls) = (new SupervisedJobs(), new PoolCalls());
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.AddIncomingGrainCallFilter(calls).Services
            .AddJobGrains()
            .AddSingleton(store.Jobs)
            .AddSingleton(store.Leases)
            .AddSingleton(supervised)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new HistoryShelf(new Histories(folder.Path), NullLogger<HistoryShelf>.Instance))
            .AddSingleton(new LeaseOptions()));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new ControlUnderLoad(
            folder, cluster, store,
            new JobSubmission(store.Jobs, store.Leases, cluster.Client, supervised, TimeProvider.System, folder["jobs"]), calls);
    }

    public Task<JobId> Submit(JobSpec spec) => submission.Submit(spec);

    /// <summary>Jobs of 14 candidates that wait for devices.</summary>
    public async Task SubmitHeld(int count)
    {
        var names = Enumerable.Range(0, 14).Select(i => $"candidate-{i}").ToArray();
        for (var i = 0; i < count; i++)
        {
            var id = await Submit(SimulatedJobs.BestAtHorizon(names));
            await Until(id, r => r.Rungs.Length > 0);
        }
    }

    public Task<JobRecord> UntilEnded(JobId id) => Until(id, r => r.HasEnded);

    public async Task<JobRecord> Until(JobId id, Func<JobRecord, bool> condition)
    {
        JobRecord? record = null;
        while (true)
        {
            foreach (var e in await store.Jobs.Changes(id, record?.Version ?? 0))
            {
                record = JobFold.Apply(record, e);
                if (condition(record)) return record;
            }
            await store.Jobs.WaitForChanges(id, record?.Version ?? 0, CancellationToken.None);
        }
    }

    public async Task<double> PoolCallsDuring(TimeSpan time)
    {
        var before = calls.Count;
        await Task.Delay(time);
        return calls.Count - before;
    }

    public async ValueTask DisposeAsync()
    {
        await cluster.DisposeAsync();
        await store.DisposeAsync();
        folder.Dispose();
    }

    private sealed class PoolCalls : IIncomingGrainCallFilter
    {
        private long count;

        public long Count => Interlocked.Read(ref count);

        public Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.InterfaceMethod.DeclaringType == typeof(IDevicePoolGrain)) Interlocked.Increment(ref count);
            return context.Invoke();
        }
    }
}
