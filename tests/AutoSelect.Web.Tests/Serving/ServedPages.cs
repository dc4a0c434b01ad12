using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using AutoSelect.Api;
using AutoSelect.Api.Access;
using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Jobs.Analysis;
using AutoSelect.Planning;
using AutoSelect.Planning.Inspections;
using AutoSelect.Storage;
using AutoSelect.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoSelect.Web.Tests;

/// <summary>The pages over a real socket, a real API and a real store, with jobs that a test tells of.</summary>
internal sealed class ServedPages : IAsyncDisposable
{
    private const string OwnerToken = "the-token-of-the-owner";

    private readonly TemporaryFolder folder = new();
    private readonly SqliteStore store;
    private readonly SqliteKeyStore keys;
    private readonly AuditFile audit;
    private readonly ScriptedControl control;
    private ApiServer? server;

    private ServedPages()
    {
        store = SqliteStore.Open(folder["store.db"]);
        keys = new SqliteKeyStore(folder["keys.db"]);
        audit = new AuditFile(folder["audit.jsonl"]);
        control = new ScriptedControl(store.Jobs, TimeProvider.System);
    }

    public Uri Address => server!.Address;
    public IJobStore Jobs => store.Jobs;
    public ILeaseLedger Leases => store.Leases;

    public static async Task<ServedPages> Start()
    {
        var served = new ServedPages();
        await served.Listen(0);
        return served;
    }

    /// <summary>Ends the server, has something done while there is none, and begins another at the same address.</summary>
    public async Task Restart(Func<Task> meanwhile)
    {
        var port = Address.Port;
        await server!.DisposeAsync();
        // Bound, it keeps the port from others; who connects is refused, since it does not listen.
        using var place = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        place.Bind(new IPEndPoint(IPAddress.Loopback, port));
        await meanwhile();
        await Listen(port);
    }

    /// <summary>Stores a job as a record has it, as if it had begun a moment ago where it still runs.</summary>
    public async Task<JobId> Import(JobRecord record, Func<JobSpec, JobSpec>? with = null)
    {
        var now = TimeProvider.System.GetUtcNow();
        var spec = (with ?? (s => s))(record.Spec);
        return await Jobs.Create(spec, now, id =>
        {
            var stored = record with { Id = id, Spec = spec, Version = 1, StartedAt = now.AddSeconds(-record.ElapsedSeconds) };
            var first = new JobEvent(1, now, record.ElapsedSeconds, new JobImported(stored));
            var folded = JobFold.Apply(null, first);
            return (first, JobSummaries.FromRecord(folded, now, ExpectedOutcomes.FromRecord(folded)));
        });
    }

    public Task Tell(JobId job, params JobChange[] changes) => control.Tell(job, changes);

    public async Task<JobRecord> Record(JobId job) => JobFold.FromEvents(await Jobs.Changes(job, 0))!;

    public async Task<string> Key(KeyRole role) =>
        (await ApiKeys.Create(keys, new NewKey { Name = "ann", Role = role }, TimeProvider.System.GetUtcNow())).Key;

    /// <summary>The address of a page that signs its first reader in as the owner.</summary>
    public async Task<string> Link(string path)
    {
        using var http = new HttpClient { BaseAddress = Address };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", OwnerToken);
        using var answer = await http.PostAsync("v1/session/links", null);
        var link = JsonSerializer.Deserialize<SignInLink>(await answer.Content.ReadAsStringAsync(), RecordJson.Options)!;
        return new Uri(Address, path) + link.Fragment;
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
        await keys.DisposeAsync();
        control.Dispose();
        audit.Dispose();
        await store.DisposeAsync();
        folder.Dispose();
    }

    private async Task Listen(int port)
    {
        var parts = new ApiParts
        {
            Jobs = store.Jobs,
            Leases = store.Leases,
            Keys = keys,
            Audit = audit,
            Allowed = AllowedPlaces.Everything,
            Control = control,
            Devices = new NoDevices(),
            Planner = new JobPlanner(new NoCatalogue()),
            JobsFolder = folder["jobs"],
            FilesFolder = folder["files"],
            LogsFolder = folder["logs"],
            OwnerToken = OwnerToken,
            OwnerName = "me",
        };
        server = await ApiServer.Start(
            new ApiListening(IPAddress.Loopback, port, null, []), parts, NullLoggerFactory.Instance, TimeProvider.System);
    }

    /// <summary>No device comes.</summary>
    private sealed class NoDevices : IDeviceSide
    {
        public Task<RegisterReply> Register(DeviceDescription device, RunningSegment? running) => throw new NotSupportedException();

        public Task<SegmentAssignment?> NextWork(DeviceId device, long session, TimeSpan patience, CancellationToken ct) =>
            throw new NotSupportedException();

        public Task<ReportReply> Report(DeviceId device, long session, SegmentReport report) => throw new NotSupportedException();

        public Task<SegmentAssignment?> Ask(DeviceDescription device, TimeSpan patience, CancellationToken ct) =>
            throw new NotSupportedException();

        public Task<TellReply> Tell(DeviceDescription device, TellCall tell) => throw new NotSupportedException();

        public Task Leave(DeviceId device, long session) => throw new NotSupportedException();

        public Task<ImmutableArray<RankAddress>?> Meet(RankPlacement placement, RankAddress address, TimeSpan patience) =>
            throw new NotSupportedException();
    }

    /// <summary>Nothing is planned by pages.</summary>
    private sealed class NoCatalogue : ICatalogueSource
    {
        public Task<Inspection> Inspect(WorkloadReference? workload, int ranks, IProgress<DataProgress> progress, CancellationToken ct) =>
            throw new NotSupportedException("No page submits.");
    }
}
