using System.Collections.Immutable;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Jobs;
using AutoSelect.Storage;

namespace AutoSelect.Host.Api;

/// <summary>The jobs of a server, read as those of a store are; the place that commands name is not looked at.</summary>
internal sealed class ServerArchive(ApiAddress address) : IJobArchive
{
    public async Task<IReadOnlyList<JobSummary>> List(string store)
    {
        var jobs = new List<JobSummary>();
        var query = new JobQuery();
        while (true)
        {
            var page = await Page(store, query);
            jobs.AddRange(page.Jobs);
            if (page.Next is null) return jobs;
            query = query with { After = page.Next };
        }
    }

    public Task<JobPage> Page(string store, JobQuery query) => Ask(async client =>
    {
        var page = await client.ListJobs(new JobListQuery
        {
            States = [.. query.Phases],
            Owner = query.Owner,
            Project = query.Projects.FirstOrDefault(),
            Workload = query.Workload,
            Labels = query.Labels.ToImmutableSortedDictionary(),
            Labelled = query.Labelled,
            Name = query.Text,
            NewestFirst = query.NewestFirst,
            Size = query.Size == int.MaxValue ? null : query.Size,
            After = query.After,
        });
        return new JobPage(page.Jobs, page.Next);
    });

    public async Task<JobRecord?> Find(string store, JobId id) => JobFold.FromEvents(await Events(store, id));

    /// <summary>What the server has stored, also of a job that goes on.</summary>
    public Task<IReadOnlyList<JobEvent>> Events(string store, JobId id, long since = 0) => Ask<IReadOnlyList<JobEvent>>(async client =>
    {
        var events = new List<JobEvent>();
        try
        {
            var last = (await client.DescribeJob(id)).Version;
            if (last <= since) return [];
            await foreach (var e in client.FollowEvents(id, since, CancellationToken.None))
            {
                events.Add(e);
                if (e.Number >= last) break;
            }
        }
        catch (ApiRefusalException refusal) when (refusal.Status == System.Net.HttpStatusCode.NotFound)
        {
            // It is not stored.
        }
        return events;
    });

    /// <summary>The server itself knows what its jobs learn from.</summary>
    public Task<IReadOnlyList<JobRecord>> Earlier(string store) => Task.FromResult<IReadOnlyList<JobRecord>>([]);

    private async Task<T> Ask<T>(Func<ApiClient, Task<T>> ask)
    {
        using var client = new ApiClient(address);
        return await ask(client);
    }
}
