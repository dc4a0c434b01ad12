using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Histories;
using AutoSelect.Chaos.Runs;
using AutoSelect.Client;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Load;

/// <summary>
/// What one silo over PostgreSQL bears: many running jobs, and devices that report as fast as they are answered. Devices are simulated;
/// silo, database and HTTP are real, and share the machine with whoever measures.
/// </summary>
internal sealed class LoadRun(LoadOptions options)
{
    private const int Submitting = 4;
    private const int Followed = 10;

    private readonly ChaosPaths paths = options.Paths;
    private double emptyMemory;

    public async Task Run(CancellationToken ct)
    {
        using var history = new HistoryFile(paths.Histories, "run");
        var shape = new ClusterOptions { Silos = 1, SimulatedDevices = 0, RealDevices = 0, WithNetwork = false, DiskMegabytes = 2048 };
        await using var cluster = await ChaosCluster.Start(paths, shape, ["ann"], history, _ => { });
        await ChaosRun.UntilServed(cluster, paths, ct);
        var empty = await Megabytes(cluster);
        Write($"simulated devices; one silo, PostgreSQL and the load on one machine of {Environment.ProcessorCount} cores");
        await Submit(cluster, ct);
        Write($"{options.Jobs} jobs of {options.Candidates} candidates: silo {Memory(cluster):0} MB (empty {emptyMemory:0}), "
            + $"database {(await Megabytes(cluster) - empty) * 1024 / options.Jobs:0.0} KiB a job");
        await Idle(cluster, ct);

        var reporters = Enumerable.Range(0, options.Devices)
            .Select(i => new LoadReporter(cluster.Servers, cluster.Keys.Simulated, $"{Keys.SimulatedName}-{i}")).ToList();
        var began = HistoryFile.Now;
        await Task.WhenAll(reporters.Select(r => r.Begin(ct)));
        Write($"{reporters.Count} devices have work after {HistoryFile.Now - began:0.0} s");
        foreach (var points in (int[])[1, 10, 100]) await Report(cluster, reporters, points, ct);
        foreach (var reporter in reporters) reporter.Dispose();
    }

    private async Task Submit(ChaosCluster cluster, CancellationToken ct)
    {
        emptyMemory = Memory(cluster);
        var latencies = new ConcurrentBag<double>();
        var refused = 0;
        var text = LoadJob.Text(options.Candidates, epochs: 1_000_000, devices: 1);
        using var api = cluster.Servers.Client(0, cluster.Keys.Submitters.Values.First());
        var began = HistoryFile.Now;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Submitting, CancellationToken = ct };
        await Parallel.ForEachAsync(Enumerable.Range(0, options.Jobs), parallel, async (i, _) =>
        {
            while (true)
            {
                var asked = HistoryFile.Now;
                try
                {
                    await api.SubmitJob(new Submission(text) { Name = $"load-{i}", Id = $"load-{i}" }, ct);
                    latencies.Add(HistoryFile.Now - asked);
                    return;
                }
                catch (Exception e) when (e is ApiRefusalException { Status: HttpStatusCode.TooManyRequests } or HttpRequestException)
                {
                    Interlocked.Increment(ref refused);
                    await Task.Delay(200, ct);
                }
            }
        });
        var elapsed = HistoryFile.Now - began;
        Write($"submitted by {Submitting} at once: {options.Jobs / elapsed:0.0} jobs/s, p50 {Quantile(latencies, .5) * 1000:0} ms, "
            + $"p99 {Quantile(latencies, .99) * 1000:0} ms, {refused} tried again");
    }

    /// <summary>What running jobs cost that nobody reports of.</summary>
    private static async Task Idle(ChaosCluster cluster, CancellationToken ct)
    {
        var (silo, all) = (ProcessorSeconds.Of(cluster.Silos[0].Id), ProcessorSeconds.OfDatabase(cluster.Database));
        var began = HistoryFile.Now;
        await Task.Delay(TimeSpan.FromSeconds(10), ct);
        var elapsed = HistoryFile.Now - began;
        Write($"idle: silo {(ProcessorSeconds.Of(cluster.Silos[0].Id) - silo) / elapsed:0.00} cores, "
            + $"database {(ProcessorSeconds.OfDatabase(cluster.Database) - all) / elapsed:0.00} cores");
    }

    private async Task Report(ChaosCluster cluster, List<LoadReporter> reporters, int points, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var delays = new ConcurrentBag<double>();
        using var api = cluster.Servers.Client(0, cluster.Keys.Auditor);
        foreach (var reporter in reporters)
            lock (reporter.ReportedAt) reporter.ReportedAt.Clear();
        var following = reporters.DistinctBy(r => r.Job).Take(Followed).Select(r => Follow(api, r, delays, over.Token)).ToList();
        var (silo, database) = (ProcessorSeconds.Of(cluster.Silos[0].Id), ProcessorSeconds.OfDatabase(cluster.Database));
        var own = ProcessorSeconds.Of(Environment.ProcessId);
        var began = HistoryFile.Now;
        over.CancelAfter(TimeSpan.FromSeconds(options.Seconds));
        var counts = await Task.WhenAll(reporters.Select(r => r.Run(points, over.Token)));
        var elapsed = HistoryFile.Now - began;
        await Task.WhenAll(following);
        var latencies = counts.SelectMany(c => c.Latencies).ToList();
        silo = (ProcessorSeconds.Of(cluster.Silos[0].Id) - silo) / elapsed;
        database = (ProcessorSeconds.OfDatabase(cluster.Database) - database) / elapsed;
        own = (ProcessorSeconds.Of(Environment.ProcessId) - own) / elapsed;
        var acknowledged = counts.Sum(c => c.Points);
        Write($"{points} points a report: {acknowledged / elapsed:0} durable points/s, {latencies.Count / elapsed:0} reports/s, "
            + $"answer p50 {Quantile(latencies, .5) * 1000:0} ms, p99 {Quantile(latencies, .99) * 1000:0} ms");
        Write($"… from report to subscriber p50 {Quantile(delays, .5) * 1000:0} ms, p99 {Quantile(delays, .99) * 1000:0} ms "
            + $"({delays.Count} reports)");
        Write($"… silo {Memory(cluster):0} MB, {silo:0.00} cores; database {database:0.00} cores; load {own:0.00} cores");
    }

    /// <summary>Reads a job's events and notes how long ago their last points were reported.</summary>
    private static async Task Follow(ApiClient api, LoadReporter reporter, ConcurrentBag<double> delays, CancellationToken over)
    {
        try
        {
            var from = (await api.DescribeJob(reporter.Job!.Value, over)).Version;
            await foreach (var e in api.FollowEvents(reporter.Job.Value, from, over))
            {
                if (e.Change is not SegmentReported { Points: [.., var last] }) continue;
                lock (reporter.ReportedAt)
                {
                    if (reporter.ReportedAt.Remove(last.Step, out var at)) delays.Add(HistoryFile.Now - at);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException || over.IsCancellationRequested)
        {
            // The measurement is over.
        }
    }

    private static double Memory(ChaosCluster cluster)
    {
        var line = File.ReadLines($"/proc/{cluster.Silos[0].Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
    }

    private static async Task<double> Megabytes(ChaosCluster cluster) =>
        (long)(await cluster.Database.Scalar("select pg_database_size(current_database())"))! / (1024.0 * 1024);

    private static double Quantile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? double.NaN : sorted[Math.Min(sorted.Count - 1, (int)(share * sorted.Count))];
    }

    private static void Write(string line) => Console.WriteLine(line);
}
