using System.Net;
using AutoSelect.Api.Jobs;
using AutoSelect.Contracts;
using AutoSelect.Host.Api;
using AutoSelect.Host.Control.Borrowing;
using AutoSelect.Host.Control.Hooks;
using AutoSelect.Host.Control.Retention;
using AutoSelect.Host.Control.Telemetry;
using AutoSelect.Host.Inspections;
using AutoSelect.Storage.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control.Cluster;

/// <summary>
/// One silo of a cluster with its HTTP API and, where asked for, device processes of this machine. All that counts is in the database: any
/// silo answers for any job, and one that is lost is made up for by the others.
/// </summary>
internal sealed class ServeSession : IAsyncDisposable
{
    /// <summary>How long a silo that ends may take to hand its grains over.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Endings endings = new();
    private readonly TimeProvider time;

    /// <summary>Logs that this silo and its devices write.</summary>
    private string[] openLogs = [ControlPaths.ControlLog];

    private ServeSession(TimeProvider time) => this.time = time;

    public ControlEndpoint Endpoint { get; private set; } = null!;

    /// <summary>Address of the HTTP API.</summary>
    public Uri Api { get; private set; } = null!;

    /// <summary>The database, without user and password.</summary>
    public string Database { get; private set; } = "";

    /// <summary>Completes when the silo has ended by itself.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>Starts a silo and joins the cluster; the first one makes it.</summary>
    /// <exception cref="ArgumentException">
    /// The connection string cannot be used, which the message does not repeat, or the address needs TLS.
    /// </exception>
    /// <exception cref="EnvironmentFaultException">The database, a port, a folder or a device process cannot be had.</exception>
    public static async Task<ServeSession> Start(ServeOptions options, TimeProvider time, CancellationToken ct)
    {
        var session = new ServeSession(time);
        try
        {
            await session.Begin(options, ct);
            return session;
        }
        catch (Exception e)
        {
            await session.DisposeAsync();
            if (e is IOException or UnauthorizedAccessException or OrleansException)
                throw new EnvironmentFaultException(e.Message, e);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // First what takes its time, side by side: devices of this silo alone take leave while somebody hears them. Then the API: who
        // follows is told the last events. The store last: what the silo has to write goes there.
        await endings.Run();
    }

    private async Task Begin(ServeOptions options, CancellationToken ct)
    {
        ClusterTls.CheckAddress(options.Address, options.Tls);
        var paths = options.Paths;
        var storeLock = new StoreLock(paths);
        endings.Add(() =>
        {
            storeLock.Dispose();
            return ValueTask.CompletedTask;
        });
        var store = await PostgresStore.Open(options.Database, time, ct);
        endings.Add(store.DisposeAsync);
        Database = store.Name;
        Endpoint = ControlEndpoint.At(options.Address, options.SiloPort);
        endings.Add(() =>
        {
            Endpoint.Dispose();
            return ValueTask.CompletedTask;
        });
        var borrowing = SiloBorrowing.For(options.Borrowing, paths, store.Keys, store.Leases, time, options.Sharing);
        var silo = await Join(options, store, borrowing, ct);
        StartDevices(options, silo);
        var jobs = new RunningJobs(store.Jobs, silo, paths, time);
        var grains = silo.Services.GetRequiredService<IGrainFactory>();
        var announcements = new ServerAnnouncements(grains, time);
        var records = new RecentRecords(store.Jobs);
        var api = await OwnerApi.Start(
            paths, store.Jobs, store.Leases, new StoreControl(paths, store.Jobs, records, jobs.Submit, jobs.Request, borrowing?.Foresee),
            new GrainDevices(grains, time, () => announcements.Others),
            options.HasDeviceProgram ? ControlComposition.Catalogue : new ClusterInspections(grains),
            silo.Services.GetRequiredService<ILoggerFactory>(), time, options.Listening, store.Keys,
            store.Audit, SiloReadiness.Of(silo, store, paths, time).Reasons, borrowing?.Status,
            options.Allowed, ControlTelemetry.Scrape(silo), records);
        endings.Add(api.DisposeAsync);
        Api = api.Address;
        endings.Add(announcements.DisposeAsync);
        var address = options.Listening.PublicAddress(Api.Port);
        announcements.Start(address);
        var courier = new HookCourier(
            store.Jobs, store.Keys, options.Hooks, address, time,
            silo.Services.GetRequiredService<ILogger<HookCourier>>());
        endings.AddFirst(courier.DisposeAsync);
        StartRetention(options.Retention ?? RetentionPolicy.All, store, paths, silo);
        if (borrowing is null) return;
        borrowing.Begin(address);
        endings.AddFirst(borrowing.GiveBack);
    }

    private async Task<IHost> Join(ServeOptions options, PostgresStore store, SiloBorrowing? borrowing, CancellationToken ct)
    {
        var table = new PostgresMembershipTable(store, ClusterMembers.Name);
        var silo = ControlSilo.Build(options.Paths, store.Jobs, store.Leases, new() { All = true }, builder =>
        {
            ClusterMembers.Join(builder, Endpoint, table, options.Tls);
            BorrowingSilo.Add(builder, borrowing?.Parts);
            InspectionSilo.Add(builder, options.HasDeviceProgram);
        }, options.Sharing);
        endings.Logger = silo.Services.GetRequiredService<ILogger<Endings>>();
        // Once more after it has taken leave: of two that end at once each may have counted on the other.
        if (borrowing is not null) endings.Add(borrowing.GiveBack);
        endings.Add(() => Stop(silo));
        borrowing?.Join(silo.Services, new OtherSilos(table, new IPEndPoint(Endpoint.Address, Endpoint.SiloPort)).AreGone);
        await table.InitializeMembershipTable(true);
        await new SiloRetirement(table, time, SiloRetirement.IsListening, silo.Services.GetRequiredService<ILogger<SiloRetirement>>())
            .Run(new IPEndPoint(Endpoint.Address, Endpoint.SiloPort), ct);
        if (options.Tls is { } tls) await ClusterGreeting.Run(table, tls, ct);
        await silo.StartAsync(ct);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        silo.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(() => ended.TrySetResult());
        Ended = ended.Task;
        return silo;
    }

    private void StartDevices(ServeOptions options, IHost silo)
    {
        if (options.Devices == 0) return;
        var fleet = DeviceFleet.OfStore(options.Paths, time, silo.Services.GetRequiredService<ILogger<DeviceFleet>>());
        endings.AddFirst(async () => await fleet.End());
        endings.Add(fleet.DisposeAsync);
        List<DeviceDescription> own = [.. HostDevices.List(DeviceExecutable.LibraryFolders()).Take(options.Devices)];
        openLogs = [.. openLogs, .. own.Select(d => $"{d.Id}.log")];
        fleet.Start(own);
    }

    private void StartRetention(RetentionPolicy policy, PostgresStore store, ControlPaths paths, IHost silo)
    {
        var retention = new ClusterRetention(
            store, paths, policy, () => openLogs, time,
            silo.Services.GetRequiredService<ILogger<ClusterRetention>>());
        endings.AddFirst(retention.DisposeAsync);
        retention.Start();
    }

    private async ValueTask Stop(IHost silo)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience, time);
            await silo.StopAsync(patience.Token);
        }
        finally
        {
            silo.Dispose();
        }
    }
}
