using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Storage;

namespace AutoSelect.Host.Control;

/// <summary>Reads a store without a silo, also while a control process writes it.</summary>
internal sealed class JobArchive : IJobArchive
{
    public Task<IReadOnlyList<JobSummary>> List(string store) =>
        Read<IReadOnlyList<JobSummary>>(store, [], async jobs => (await jobs.List(new JobQuery())).Jobs);

    public Task<JobPage> Page(string store, JobQuery query) => Read(store, new JobPage([], null), jobs => jobs.List(query));

    public Task<JobRecord?> Find(string store, JobId id) =>
        Read<JobRecord?>(store, null, async jobs => JobFold.FromEvents(await jobs.Changes(id, 0)));

    public Task<IReadOnlyList<JobEvent>> Events(string store, JobId id, long since = 0) =>
        Read<IReadOnlyList<JobEvent>>(store, [], jobs => jobs.Changes(id, since));

    public Task<IReadOnlyList<JobRecord>> Earlier(string store) =>
        Read<IReadOnlyList<JobRecord>>(store, [], EarlierJobs.Read);

    private static async Task<T> Read<T>(string store, T nothing, Func<IJobStore, Task<T>> read)
    {
        var path = new ControlPaths(store).Database;
        if (!File.Exists(path)) return nothing;
        await using var opened = SqliteStore.Open(path);
        return await read(opened.Jobs);
    }
}
