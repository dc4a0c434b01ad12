using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Jobs;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;
using AutoSelect.Storage;
using AutoSelect.Storage.Postgres;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests.Cluster;

/// <summary>Jobs and simulated devices of a cluster, seen from outside: over its APIs and its database.</summary>
internal sealed class ServedJobs : IAsyncDisposable
{
    private readonly List<ApiClient> silos;
    private readonly PostgresStore store;
    private readonly string folder;
    private readonly List<SimulatedDevice> devices = [];

    private ServedJobs(List<ApiClient> silos, PostgresStore store, string folder) =>
        (this.silos, this.store, this.folder) = (silos, store, folder);

    public IJobStore Jobs => store.Jobs;

    /// <param name="database">Connection string of the cluster's database.</param>
    /// <param name="folder">Shared by the cluster.</param>
    /// <param name="stores">Folders of the silos that are turned to.</param>
    public static async Task<ServedJobs> Connect(string database, string folder, params string[] stores)
    {
        ApiClient Client(string silo) => new(ApiFile.Read(new ControlPaths(silo).Api)?.ToAddress()
            ?? throw new InvalidOperationException($"{silo} has no API."));
        return new ServedJobs([.. stores.Select(Client)], await PostgresStore.Open(database), folder);
    }

    public SimulatedDevice AddDevice(string id, Func<SegmentAssignment, Task> beforeSegment)
    {
        var training = new SimulatedTraining().Ends("wide", 0.9).Ends("narrow", 0.7);
        var device = new SimulatedDevice(new ServedDevice(silos, new DeviceId(id)), id, training)
        {
            BeforeSegment = beforeSegment,
            ReportsWhileHeld = true,
        };
        devices.Add(device);
        device.Start();
        return device;
    }

    /// <summary>Stores a job; the first silo to look for running jobs wakes it.</summary>
    public Task<JobId> Submit(JobSpec spec)
    {
        var now = TimeProvider.System.GetUtcNow();
        return store.Jobs.Create(spec, now, job =>
        {
            var first = new JobEvent(1, now, 0, new JobSubmitted(job, spec, Path.Combine(folder, "jobs", job.Value)));
            return (first, JobSummaries.FromRecord(JobFold.Apply(null, first), now));
        });
    }

    /// <summary>The events of a job up to its end, as the database tells them; while it is away, it is asked again.</summary>
    public async Task<List<JobEvent>> UntilEnded(JobId job)
    {
        var told = new List<JobEvent>();
        while (told is not [.., { Change: JobEnded }])
        {
            try
            {
                told.AddRange(await Jobs.Changes(job, told.Count));
                if (told is [.., { Change: JobEnded }]) break;
                await Jobs.WaitForChanges(job, told.Count, TestContext.Current.CancellationToken);
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(50);
            }
        }
        return told;
    }

    /// <summary>
    /// Checks that a job has ended well and that its events, as a follower was told of them, are those stored, each once.
    /// </summary>
    public async Task Check(JobId job, IReadOnlyList<JobEvent> told)
    {
        Assert.Equal(Enumerable.Range(1, told.Count).Select(n => (long)n), told.Select(e => e.Number));
        var stored = await Jobs.Changes(job, 0);
        Assert.Equal(stored.Select(e => (e.Number, e.Time)), told.Select(e => (e.Number, e.Time)));
        Assert.Equal(JobPhase.Completed, JobFold.FromEvents(stored)!.Phase);
        foreach (var decision in DecisionVerification.Verify(stored, _ => SelectionHistory.Empty, PolicyCatalogue.Get))
            Assert.True(decision.IsEqual, $"decision {decision.Rung} cannot be computed again: {decision.Difference}");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var device in devices) await device.DisposeAsync();
        silos.ForEach(s => s.Dispose());
        await store.DisposeAsync();
    }
}
