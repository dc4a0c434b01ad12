using AutoSelect.Chaos.Checking;
using AutoSelect.Chaos.Clients;
using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Histories;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Jobs;

namespace AutoSelect.Chaos.Runs;

/// <summary>Jobs of simulated devices that train for as long as something is measured, seen in the database.</summary>
internal sealed class LongJobs(ChaosCluster cluster, string histories)
{
    private const string Text =
        """
        workload: { name: fashion-mnist-mlp, options: { dataset: synthetic, examples: 2000, hidden: 16 } }
        objective: { tradeoff: { gain: 0.01, worth: 1h } }
        candidates:
          - strategy: sgd
            batchSizes: [20]
          - strategy: nadamw
            batchSizes: [20]
        epochs: 20000
        policy: exhaustive
        checkpoints: { every: 1s }
        probe: { devices: 2 }
        telemetry: { labels: { simulated: devices and curves } }
        """;

    /// <summary>Submits some and waits until all of their devices train.</summary>
    public async Task<IReadOnlyList<JobId>> Submit(int count, CancellationToken ct)
    {
        using var history = new HistoryFile(histories, "long-jobs");
        using var client = new HistoryClient(cluster.Servers, cluster.Keys.Submitters.Values.First(), history, 0);
        var jobs = new List<JobId>();
        while (jobs.Count < count)
        {
            var key = $"long-{jobs.Count}";
            var (answer, kind) = await client.Ask(
                history.New(EntryKind.Asked, Whats.Submit) with { Key = key },
                (api, patience) => api.SubmitJob(new Submission(Text) { Id = key, Name = key }, patience),
                (e, a) => e with { Job = a.Job }, ct, HistoryClient.LongestSubmission);
            if (kind == EntryKind.Refused) throw new InvalidOperationException($"{key} was refused; the history says why.");
            if (kind == EntryKind.Done) jobs.Add(answer!.Job);
            else await Task.Delay(500, ct);
        }
        foreach (var job in jobs) await Until(job, r => r.Trials.All(t => t.OpenSegment() is not null && !t.Curve.IsEmpty), 120, ct);
        return jobs;
    }

    /// <summary>The record of a job by now.</summary>
    public async Task<(JobRecord Record, IReadOnlyList<JobEvent> Events)> Read(JobId job)
    {
        var events = await DatabaseReader.Events(cluster.Database.Connection, job);
        return (JobFold.FromEvents(events)!, events);
    }

    /// <summary>The record once it is as it should be.</summary>
    public async Task<JobRecord> Until(JobId job, Func<JobRecord, bool> condition, double seconds, CancellationToken ct)
    {
        var began = HistoryFile.Now;
        while (true)
        {
            var (record, _) = await Read(job);
            if (condition(record)) return record;
            if (HistoryFile.Now - began > seconds) throw new TimeoutException($"{job} was waited for {seconds} s: {record.Notice}");
            await Task.Delay(200, ct);
        }
    }

    /// <summary>The first event after a time that a condition names, by the clocks of the silos, which are this machine's.</summary>
    public async Task<JobEvent> First(JobId job, DateTimeOffset after, Func<JobEvent, bool> which, double seconds, CancellationToken ct)
    {
        var began = HistoryFile.Now;
        while (HistoryFile.Now - began < seconds)
        {
            try
            {
                var events = await DatabaseReader.Events(cluster.Database.Connection, job);
                if (events.FirstOrDefault(e => e.Time > after && which(e)) is { } found) return found;
            }
            catch (Npgsql.NpgsqlException)
            {
                // The database is away.
            }
            await Task.Delay(100, ct);
        }
        throw new TimeoutException($"{job}: nothing happened within {seconds} s.");
    }

    /// <summary>Number of the silo that attends to a job, as the silos' logs have it; null where none tells.</summary>
    public static int? HostOf(JobId job, ChaosPaths paths, int silos)
    {
        var words = $"Job {job} is attended to";
        var last = Enumerable.Range(0, silos)
            .Select(silo => (Silo: silo, Line: Lines(paths, silo).LastOrDefault(l => l.Contains(words, StringComparison.Ordinal))))
            .Where(l => l.Line is not null).ToList();
        // Lines begin with their time.
        return last.Count == 0 ? null : last.MaxBy(l => l.Line, StringComparer.Ordinal).Silo;
    }

    private static IEnumerable<string> Lines(ChaosPaths paths, int silo)
    {
        var log = Path.Combine(paths.Store(silo), "logs", "control.log");
        if (!File.Exists(log)) yield break;
        using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        while (reader.ReadLine() is { } line) yield return line;
    }
}
