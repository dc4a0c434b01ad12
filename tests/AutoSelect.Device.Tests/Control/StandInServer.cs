using System.Net;
using System.Security.Cryptography.X509Certificates;
using AutoSelect.Api;
using AutoSelect.Api.Access;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Planning;
using AutoSelect.Planning.Inspections;
using AutoSelect.Planning.Previews;
using AutoSelect.Storage;
using AutoSelect.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoSelect.Device.Tests;

/// <summary>The real API over a socket, with a stand-in for the control side behind it.</summary>
internal sealed class StandInServer : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly SqliteStore store;
    private readonly SqliteKeyStore keys;
    private readonly AuditFile audit;
    private ApiServer? server;

    private StandInServer(string key)
    {
        Key = key;
        store = SqliteStore.Open(folder["store.db"]);
        keys = new SqliteKeyStore(folder["keys.db"]);
        audit = new AuditFile(folder["audit.jsonl"]);
    }

    /// <summary>An API key of role device.</summary>
    public string Key { get; private set; }

    public ApiAddress Address { get; private set; } = null!;

    /// <param name="devices">The control side.</param>
    /// <param name="listening">Where; default a free port of loopback.</param>
    /// <param name="keyName">Name of the key of role device.</param>
    /// <param name="same">Another server of the same cluster, whose keys are good here too; null for none.</param>
    public static async Task<StandInServer> Start(
        IDeviceSide devices, ApiListening? listening = null, string keyName = "d", StandInServer? same = null)
    {
        var started = new StandInServer("");
        var known = same?.keys ?? started.keys;
        var asked = new NewKey { Name = keyName, Role = KeyRole.Device };
        started.Key = same?.Key ?? (await ApiKeys.Create(known, asked, TimeProvider.System.GetUtcNow())).Key;
        started.server = await ApiServer.Start(listening ?? ApiListening.Loopback, new ApiParts
        {
            Jobs = started.store.Jobs,
            Leases = started.store.Leases,
            Keys = known,
            Allowed = AllowedPlaces.Everything,
            Audit = started.audit,
            Control = new Nothing(),
            Devices = devices,
            Planner = new JobPlanner(new Nothing()),
            JobsFolder = started.folder["jobs"],
            FilesFolder = started.folder["files"],
            LogsFolder = started.folder["logs"],
        }, NullLoggerFactory.Instance, TimeProvider.System);
        var host = listening?.Certificate is null ? $"http://127.0.0.1:{started.server.Address.Port}"
            : $"https://localhost:{started.server.Address.Port}";
        started.Address = new ApiAddress(new Uri(host), started.Key);
        return started;
    }

    /// <summary>A listening with TLS at a free port of loopback.</summary>
    public static ApiListening Tls(X509Certificate2 certificate, X509Certificate2Collection? devices = null) =>
        new(IPAddress.Loopback, 0, certificate, ["localhost"], devices);

    /// <summary>Nobody answers any more.</summary>
    public async Task Stop()
    {
        if (server is not null) await server.DisposeAsync();
        server = null;
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        await keys.DisposeAsync();
        audit.Dispose();
        await store.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>Devices ask for none of this.</summary>
    private sealed class Nothing : IControlSide, ICatalogueSource
    {
        public Task<JobSpec> Complete(JobPlan plan) => throw new NotSupportedException();
        public Task<JobSpec> Forecast(JobPlan plan) => throw new NotSupportedException();
        public Task<JobPreview> Preview(JobPlan plan) => throw new NotSupportedException();
        public bool CanBorrow(JobPreview preview) => false;
        public Task<BorrowingPreview> Foresee(JobPreview preview, CancellationToken ct) => throw new NotSupportedException();
        public Task<JobId> Submit(JobSpec spec, string? submission) => throw new NotSupportedException();
        public Task Request(JobId job, JobRequest request) => throw new NotSupportedException();
        public Task Remove(JobId job) => throw new NotSupportedException();

        public Task<Inspection> Inspect(WorkloadReference? workload, int ranks, IProgress<DataProgress> progress, CancellationToken ct) =>
            throw new NotSupportedException();
    }
}
