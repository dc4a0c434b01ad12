using AutoSelect.Contracts;
using AutoSelect.Host.Api;
using AutoSelect.Host.Control;
using AutoSelect.Jobs;
using AutoSelect.Storage;
using AutoSelect.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoSelect.Host.Tests.Api;

/// <summary>
/// A real store with one job in it, and the server of the process that has it open, without a control side: requests are noted.
/// </summary>
internal sealed class StoredJob : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private SqliteStore? store;
    private OwnerApi? server;

    public ControlPaths Paths => new(folder.Path);
    public JobId Id { get; private set; }
    public List<(JobId Job, JobRequest Request)> Requests { get; } = [];

    /// <summary>What a request is refused with; null to take it.</summary>
    public Exception? Refusal { get; set; }

    public IJobStore Jobs => store!.Jobs;

    public static async Task<StoredJob> Create(SampleStory story, Func<JobSpec, JobSpec>? with = null)
    {
        var stored = new StoredJob();
        stored.store = SqliteStore.Open(stored.Paths.Database);
        var (first, spec) = (story.Events[0], with?.Invoke(SampleJob.Spec) ?? SampleJob.Spec);
        stored.Id = await stored.Jobs.Create(spec, first.Time, id =>
        {
            var submitted = first with { Change = new JobSubmitted(id, spec, Path.Combine(stored.Paths.Jobs, id.Value)) };
            return (submitted, JobSummaries.FromRecord(JobFold.Apply(null, submitted), first.Time));
        });
        Directory.CreateDirectory(Path.Combine(stored.Paths.Jobs, stored.Id.Value));
        if (story.Events.Length > 1) await stored.Append([.. story.Events.Skip(1)]);
        return stored;
    }

    /// <summary>Has the job go on as a story does.</summary>
    public async Task GoOn(SampleStory story) => await Append([.. story.Events.Skip((int)(await Record()).Version)]);

    public async Task<JobRecord> Record() => JobFold.FromEvents(await new JobArchive().Events(Paths.Root, Id))!;

    public async Task Serve() => server = await OwnerApi.Start(
        Paths, Jobs, store!.Leases, new StoreControl(Paths, Jobs, new(Jobs), Submit, Take), new NoDevices(), new FakeControl(),
        NullLoggerFactory.Instance, TimeProvider.System);

    /// <summary>Has the job hold a device and ask for up to three.</summary>
    public async Task Borrow(string device)
    {
        var description = new DeviceDescription
        {
            Id = new DeviceId(device),
            Kind = DeviceKind.Cuda,
            Index = 0,
            Model = "Toy GPU",
            Host = "far",
        };
        await store!.Leases.Put(description, "test");
        await store.Leases.State(new Demand { Job = Id, Least = 1, Most = 3, Price = 0.08 }, TimeProvider.System.GetUtcNow());
        await store.Leases.Grant(description.Id, Id, TimeProvider.System.GetUtcNow().AddHours(1), price: 0.08);
    }

    public async Task StopServing()
    {
        await server!.DisposeAsync();
        server = null;
    }

    /// <summary>Leaves the store to others.</summary>
    public async Task Close()
    {
        if (server is not null) await StopServing();
        if (store is not null) await store.DisposeAsync();
        store = null;
    }

    public async ValueTask DisposeAsync()
    {
        await Close();
        folder.Dispose();
    }

    private Task<JobId> Submit(JobSpec spec, string? submission)
    {
        var now = TimeProvider.System.GetUtcNow();
        return Jobs.Create(spec, now, id =>
        {
            var submitted = new JobEvent(1, now, 0, new JobSubmitted(id, spec, Path.Combine(Paths.Jobs, id.Value)));
            return (submitted, JobSummaries.FromRecord(JobFold.Apply(null, submitted), now));
        }, submission);
    }

    private Task Take(JobId job, JobRequest request)
    {
        Requests.Add((job, request));
        return Refusal is null ? Task.CompletedTask : Task.FromException(Refusal);
    }

    private async Task Append(IReadOnlyList<JobEvent> events)
    {
        var before = await Record();
        var after = events.Aggregate(before, JobFold.Apply);
        await Jobs.Append(Id, before.Version, events, JobSummaries.FromRecord(after, events[^1].Time));
    }
}
