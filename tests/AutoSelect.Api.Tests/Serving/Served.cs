using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text.Json;
using AutoSelect.Api.Access;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Planning;
using AutoSelect.Storage;
using AutoSelect.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoSelect.Api.Tests;

/// <summary>The API over a real socket and a real store, without a control side.</summary>
internal sealed class Served : IAsyncDisposable
{
    public const string OwnerToken = "the-token-of-the-owner";

    private readonly TemporaryFolder folder = new();
    private readonly SqliteStore store;
    private readonly TimeProvider time;
    private readonly AuditFile audit;
    private ApiServer? server;

    private Served(TimeProvider time)
    {
        this.time = time;
        store = SqliteStore.Open(folder["store.db"]);
        Keys = new SqliteKeyStore(folder["keys.db"], time);
        audit = new AuditFile(folder["audit.jsonl"]);
        Control = new NotedControl(store.Jobs, folder["jobs"], time);
        Directory.CreateDirectory(folder["files"]);
    }

    public IJobStore Jobs => store.Jobs;
    public ILeaseLedger Leases => store.Leases;
    public SqliteKeyStore Keys { get; }
    public NotedControl Control { get; }
    public NotedDevices Devices { get; } = new();
    public Uri Address => server!.Address;
    public Uri Local => server!.Local;
    public string this[string name] => folder[name];

    public static async Task<Served> Start(
        TimeProvider? time = null, ApiListening? listening = null, Func<Task<ImmutableArray<string>>>? unready = null,
        Func<Served, AllowedPlaces>? allowed = null)
    {
        var served = new Served(time ?? TimeProvider.System);
        var parts = new ApiParts
        {
            Jobs = served.Jobs,
            Leases = served.Leases,
            Keys = served.Keys,
            Audit = served.audit,
            Control = served.Control,
            Devices = served.Devices,
            Planner = new JobPlanner(new SampleSource()),
            JobsFolder = served["jobs"],
            Allowed = allowed?.Invoke(served) ?? AllowedPlaces.Everything,
            FilesFolder = served["files"],
            LogsFolder = served["logs"],
            OwnerToken = OwnerToken,
            OwnerName = "me",
        };
        if (unready is not null) parts = parts with { Unready = unready };
        served.server = await ApiServer.Start(listening ?? ApiListening.Loopback, parts, NullLoggerFactory.Instance, served.time);
        return served;
    }

    /// <summary>A client with a key; the owner's token where none is given.</summary>
    public HttpClient Http(string key = OwnerToken) => new()
    {
        BaseAddress = Address,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
    };

    public ApiClient Client(string key = OwnerToken) => new(new ApiAddress(Address, key));

    public async Task<string> Key(KeyRole role, string project = KeyDescription.AllProjects, string? name = null) =>
        (await ApiKeys.Create(Keys, new NewKey { Name = name ?? $"{role}", Role = role, Project = project }, time.GetUtcNow())).Key;

    /// <summary>Stores a job whose first trial has a curve and a checkpoint on disk.</summary>
    public async Task<JobId> Add(string project = JobSpec.DefaultProject, int points = 5, Func<JobSpec, JobSpec>? with = null)
    {
        var spec = (with ?? (s => s))(Stories.Spec with { Project = project, Owner = "somebody" });
        var job = await Control.Submit(spec, null);
        var checkpoint = Stories.CheckpointPath(Folder(job));
        Directory.CreateDirectory(Path.GetDirectoryName(checkpoint)!);
        await File.WriteAllTextAsync(checkpoint, "weights");
        await Tell(job, [.. Stories.Trained(Folder(job), points)]);
        return job;
    }

    /// <summary>Ends a job with its final weights on disk.</summary>
    public async Task End(JobId job)
    {
        await File.WriteAllTextAsync(Path.Combine(Folder(job), "final.safetensors"), "final weights");
        await Tell(job, Stories.Ended(Folder(job)));
    }

    public async Task Tell(JobId job, params JobChange[] changes)
    {
        var record = await Record(job);
        var now = time.GetUtcNow();
        JobEvent[] events = [.. changes.Select((c, i) => new JobEvent(record.Version + 1 + i, now, record.Version + i, c))];
        await Jobs.Append(job, record.Version, events, JobSummaries.FromRecord(events.Aggregate(record, JobFold.Apply), now));
    }

    public async Task<JobRecord> Record(JobId job) => JobFold.FromEvents(await Jobs.Changes(job, 0))!;

    public string Folder(JobId job) => Path.Combine(folder["jobs"], job.Value);

    public IReadOnlyList<AuditEntry> Audited() => !File.Exists(folder["audit.jsonl"]) ? []
        : [.. File.ReadAllLines(folder["audit.jsonl"]).Select(l => JsonSerializer.Deserialize<AuditEntry>(l, RecordJson.Options)!)];

    /// <summary>All that a request could have changed, as text.</summary>
    public async Task<string> State()
    {
        var jobs = await Jobs.List(new JobQuery());
        var versions = new List<object>();
        foreach (var job in jobs.Jobs) versions.Add(new { job, Events = (await Jobs.Changes(job.Id, 0)).Count });
        var keys = await Keys.List();
        var limits = await Leases.Limits();
        return JsonSerializer.Serialize(new
        {
            versions,
            keys,
            limits,
            Requests = Control.Requests.Count,
            Removed = Control.Removed.Count,
            Devices = Devices.Changes,
        });
    }

    public async Task StopServing()
    {
        if (server is not null) await server.DisposeAsync();
        server = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopServing();
        await Keys.DisposeAsync();
        audit.Dispose();
        await store.DisposeAsync();
        folder.Dispose();
    }
}
