using AutoSelect.Grains;
using AutoSelect.Host.Control.Borrowing;
using AutoSelect.Host.Control.Telemetry;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Selection.History;
using AutoSelect.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace AutoSelect.Host.Control;

/// <summary>A silo with the grains.</summary>
internal static class ControlSilo
{
    /// <summary>The control side of one machine, on loopback.</summary>
    /// <param name="paths">Of its store.</param>
    /// <param name="endpoint">Where it listens.</param>
    /// <param name="store">The store.</param>
    /// <param name="borrowing">What it borrows with; null for nothing.</param>
    /// <param name="silence">How long silence of devices is borne.</param>
    public static IHost Build(
        ControlPaths paths, ControlEndpoint endpoint, SqliteStore store, BorrowingParts? borrowing, LeaseOptions silence) => Build(
        paths, store.Jobs, store.Leases, new SupervisedJobs(), silo =>
        {
            silo.UseLocalhostClustering(
                endpoint.SiloPort, NoGateway, primarySiloEndpoint: null, Cluster.ClusterMembers.Name, Cluster.ClusterMembers.Name);
            BorrowingSilo.Add(silo, borrowing);
        }, silence: silence);

    /// <summary>
    /// The port of a silo that opens none for clients of Orleans, who could call every grain: devices and people come by the API.
    /// </summary>
    public const int NoGateway = 0;

    /// <param name="paths">Where its log and what its jobs learn from are.</param>
    /// <param name="jobs">The store of the jobs.</param>
    /// <param name="leases">The ledger of the leases.</param>
    /// <param name="supervised">The jobs that it sees to.</param>
    /// <param name="clustering">Tells it where it listens and how it finds others.</param>
    /// <param name="sharing">How devices are shared; null for the defaults.</param>
    /// <param name="silence">How long silence of devices is borne; null for the defaults.</param>
    public static IHost Build(
        ControlPaths paths, IJobStore jobs, ILeaseLedger leases, SupervisedJobs supervised, Action<ISiloBuilder> clustering,
        SharingOptions? sharing = null, LeaseOptions? silence = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(
            new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(new FileLogProvider(Path.Combine(paths.Logs, ControlPaths.ControlLog), TimeProvider.System));
        builder.Logging.AddFilter("Orleans", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning);
        // What it tries again is told by who asked for it.
        builder.Logging.AddFilter("Polly", LogLevel.Error);
        // The watchdog takes the machine's uptime for a stall when a silo starts.
        builder.Logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        builder.UseOrleans(silo =>
        {
            clustering(silo);
            silo.Configure<SiloMessagingOptions>(m => m.ResponseTimeout = TimeSpan.FromSeconds(30));
            silo.AddActivityPropagation();
        });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddJobGrains();
        builder.Services.AddSingleton<IJobStore>(p => new MeasuredJobStore(
            jobs, p.GetRequiredService<AutoSelectTelemetry>(), p.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton(leases);
        builder.Services.AddSingleton(supervised);
        if (sharing is not null) builder.Services.AddSingleton(sharing);
        builder.Services.AddSingleton(p => new HistoryShelf(new Histories(paths.Histories), p.GetRequiredService<ILogger<HistoryShelf>>()));
        builder.Services.AddSingleton(silence ?? new LeaseOptions());
        ControlTelemetry.Add(builder.Services);
        return builder.Build();
    }
}
