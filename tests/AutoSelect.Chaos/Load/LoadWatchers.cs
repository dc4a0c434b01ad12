using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Histories;
using AutoSelect.Client;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Load;

/// <summary>
/// People who look on while devices report: followers of jobs, somebody at each silo who lists jobs, and somebody who submits.
/// </summary>
/// <param name="cluster">Whom they look at.</param>
/// <param name="random">Who speaks to which silo.</param>
internal sealed class LoadWatchers(ChaosCluster cluster, Random random)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>From a report to the subscriber who reads its last point.</summary>
    public Latencies Deliveries { get; } = new();

    /// <summary>Of pages of 50 jobs, the newest first.</summary>
    public Latencies Lists { get; } = new();

    public Latencies Submissions { get; } = new();

    /// <summary>Calls that failed and were made again.</summary>
    public int Failures => failures;

    private int failures;

    /// <summary>Follows jobs of the devices, each watcher one, at a silo that is drawn.</summary>
    public IEnumerable<Task> Follow(IReadOnlyList<LoadReporter> reporters, int count, CancellationToken over) =>
        [.. Enumerable.Range(0, count).Select(i => Follow(reporters[i % reporters.Count], random.Next(cluster.Servers.Count), over))];

    /// <summary>Lists jobs at each silo, four times a second at most.</summary>
    public IEnumerable<Task> List(CancellationToken over)
    {
        var query = new JobListQuery { NewestFirst = true, Size = 50 };
        Task<JobList> Once(ApiClient api) => api.ListJobs(query, over);
        return [.. Enumerable.Range(0, cluster.Servers.Count).Select(silo => Repeat(silo, cluster.Keys.Auditor, Lists, Once, over))];
    }

    /// <summary>Submits a job at a time to each silo, four times a second at most.</summary>
    public IEnumerable<Task> Submit(string text, CancellationToken over)
    {
        var key = cluster.Keys.Submitters.Values.First();
        Task<SubmittedJob> Once(ApiClient api) => api.SubmitJob(new Submission(text) { Name = "late", Id = $"{Guid.NewGuid():N}" }, over);
        return [.. Enumerable.Range(0, cluster.Servers.Count).Select(silo => Repeat(silo, key, Submissions, Once, over))];
    }

    private async Task Repeat(int silo, string key, Latencies latencies, Func<ApiClient, Task> call, CancellationToken over)
    {
        using var api = cluster.Servers.Client(silo, key);
        while (!over.IsCancellationRequested)
        {
            var asked = HistoryFile.Now;
            try
            {
                await call(api);
                latencies.Add(HistoryFile.Now - asked);
                await Task.Delay(Pause, over);
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is ApiRefusalException or HttpRequestException or OperationCanceledException)
            {
                Interlocked.Increment(ref failures);
            }
        }
    }

    private async Task Follow(LoadReporter reporter, int silo, CancellationToken over)
    {
        using var api = cluster.Servers.Client(silo, cluster.Keys.Auditor);
        while (!over.IsCancellationRequested)
        {
            try
            {
                if (reporter.Job is not { } job) return;
                var from = (await api.DescribeJob(job, over)).Version;
                await foreach (var e in api.FollowEvents(job, from, over))
                {
                    if (e.Change is not SegmentReported { Points: [.., var last] }) continue;
                    lock (reporter.ReportedAt)
                    {
                        if (reporter.ReportedAt.TryGetValue(last.Step, out var at)) Deliveries.Add(HistoryFile.Now - at);
                    }
                }
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is ApiRefusalException or HttpRequestException or IOException or OperationCanceledException)
            {
                Interlocked.Increment(ref failures);
            }
        }
    }
}
