using System.Net;
using AutoSelect.Contracts;
using AutoSelect.Grains;
using AutoSelect.Jobs;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;
using AutoSelect.Storage;
using AutoSelect.Storage.Postgres;
using AutoSelect.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace AutoSelect.Host.Tests.Cluster;

/// <summary>Jobs and simulated devices of a cluster, seen from outside: over its gateways and its database.</summary>
internal sealed class ServedJobs : IAsyncDisposable
{
    private readonly IHost client;
    private readonly PostgresStore store;
    private readonly string folder;
    private readonly List<SimulatedDevice> devices = [];

    private ServedJobs(IHost client, PostgresStore store, string folder) =>
        (this.client, this.store, this.folder) = (client, store, folder);

    public IGrainFactory Grains => client.Services.GetRequiredService<IGrainFactory>();

    public IJobStore Jobs => store.Jobs;

    /// <param name="database">Connection string of the cluster's database.</param>
    /// <param name="folder">Shared by the cluster.</param>
    /// <param name="gateways">Of the silos that are turned to.</param>
    public static async Task<ServedJobs> Connect(string database, string folder, params IPEndPoint[] gateways)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrleansClient(orleans =>
        {
            orleans.UseStaticClustering(gateways);
            orleans.Configure<ClusterOptions>(c => (c.ClusterId, c.ServiceId) = ("autoselect", "autoselect"));
            orleans.Configure<ClientMessagingOptions>(m => m.ResponseTimeout = TimeSpan.FromSeconds(5));
            orleans.Configure<GatewayOptions>(g => g.GatewayListRefreshPeriod = TimeSpan.FromSeconds(1));
            orleans.UseConnectionRetryFilter(async (_, ct) =>
            {
                await Task.Delay(TimeSpan.FromSeconds(.1), ct);
                return true;
            });
        });
        var client = builder.Build();
        await client.StartAsync();
        return new ServedJobs(client, await PostgresStore.Open(database), folder);
    }

    public SimulatedDevice AddDevice(string id, Func<SegmentAssignment, Task> beforeSegment)
    {
        var training = new SimulatedTraining().Ends("wide", 0.9).Ends("narrow", 0.7);
        var device = new SimulatedDevice(Grains, id, training) { BeforeSegment = beforeSegment, ReportsWhileHeld = true };
        devices.Add(device);
        device.Start();
        return device;
    }

    public Task<JobId> Submit(JobSpec spec) => new JobSubmission(
        store.Jobs, Grains, new SupervisedJobs(), TimeProvider.System, Path.Combine(folder, "jobs")).Submit(spec);

    /// <summary>The silo that has the job's grain.</summary>
    public async Task<IPEndPoint> SiloOf(JobId job)
    {
        var management = Grains.GetGrain<IManagementGrain>(0);
        while (true)
            if (await management.GetActivationAddress(Grains.GetGrain<IJobGrain>(job.Value)) is { } silo) return silo.Endpoint;
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
        using (client) await client.StopAsync();
        await store.DisposeAsync();
    }
}
