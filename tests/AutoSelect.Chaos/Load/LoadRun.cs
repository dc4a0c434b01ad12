using System.Globalization;
using System.Net;
using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Histories;
using AutoSelect.Chaos.Runs;
using AutoSelect.Client;

namespace AutoSelect.Chaos.Load;

/// <summary>
/// What silos over PostgreSQL bear: many running jobs, devices that report as fast as they are answered, and people who look on meanwhile.
/// Devices are simulated; silos, database and HTTP are real, and share the machine with whoever measures. Run again with the same folder it
/// goes on where it was.
/// </summary>
internal sealed class LoadRun(LoadOptions options)
{
    private const int Submitting = 4;
    private const string Submitted = "submitted";

    /// <summary>As many as a job may have: none ends while it is measured.</summary>
    private const int Epochs = 100_000;

    /// <summary>Seconds.</summary>
    private const double LongestOccupation = 240;

    /// <summary>Within which jobs that were just submitted, or silos that were just started, come to rest.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);

    private readonly ChaosPaths paths = options.Paths;
    private readonly Measurements measurements = new(Path.Combine(options.Paths.Results, "load.jsonl"));

    public async Task Run(CancellationToken ct)
    {
        using var history = new HistoryFile(paths.Histories, "run");
        var shape = new ClusterOptions
        {
            Silos = options.Silos,
            SimulatedDevices = 0,
            RealDevices = 0,
            WithNetwork = false,
            DiskMegabytes = 2048,
        };
        await using var cluster = await ChaosCluster.Start(paths, shape, ["ann"], history, _ => { });
        await ChaosRun.UntilServed(cluster, paths, ct);
        Console.WriteLine($"simulated devices; {options.Silos} silos, PostgreSQL and the load on one machine of "
            + $"{Environment.ProcessorCount} cores; seed {options.Seed}");
        if (!measurements.Has(Submitted)) await Submit(cluster, ct);
        if (!measurements.Has("idle")) await Idle(cluster, ct);

        var reporters = Enumerable.Range(0, options.Devices)
            .Select(i => new LoadReporter(cluster.Servers, cluster.Keys.Simulated, $"{Keys.SimulatedName}-{i}")).ToList();
        await Occupy(reporters, ct);
        foreach (var points in (int[])[1, 10, 100])
            if (!measurements.Has(Part(points))) await Report(cluster, reporters, points, ct);
        foreach (var reporter in reporters) reporter.Dispose();
    }

    private static string Part(int points) => $"reports of {points}";

    private async Task Submit(ChaosCluster cluster, CancellationToken ct)
    {
        var (memory, before) = (Memory(cluster), await Megabytes(cluster));
        var latencies = new Latencies();
        var refused = 0;
        var text = LoadJob.Text(options.Candidates, Epochs, devices: 1);
        var apis = Enumerable.Range(0, options.Silos)
            .Select(silo => cluster.Servers.Client(silo, cluster.Keys.Submitters.Values.First())).ToList();
        var began = HistoryFile.Now;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Submitting, CancellationToken = ct };
        await Parallel.ForEachAsync(Enumerable.Range(0, options.Jobs), parallel, async (i, _) =>
        {
            while (true)
            {
                var asked = HistoryFile.Now;
                try
                {
                    await apis[i % apis.Count].SubmitJob(new Submission(text) { Name = $"load-{i}", Id = $"load-{i}" }, ct);
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
        foreach (var api in apis) api.Dispose();
        var bytes = (await Megabytes(cluster) - before) * 1024 / options.Jobs;
        measurements.Add(Submitted, $"{options.Jobs} jobs of {options.Candidates} candidates submitted by {Submitting} at once: "
            + $"{options.Jobs / elapsed:0.0} jobs/s, {Quantiles(latencies)}, {refused} tried again; largest silo {Memory(cluster):0} MB "
            + $"({memory:0} MB without jobs), database {bytes:0.0} KiB a job",
            [("jobs", options.Jobs), ("jobs_per_s", options.Jobs / elapsed), .. Figures("submit", latencies), ("silo_mb", Memory(cluster)),
                ("empty_silo_mb", memory), ("database_kib_per_job", bytes)]);
    }

    /// <summary>What running jobs cost that nobody reports of.</summary>
    private async Task Idle(ChaosCluster cluster, CancellationToken ct)
    {
        await Task.Delay(Settling, ct);
        var (cores, transactions) = (new CoresUsed(cluster), await Transactions(cluster));
        await Task.Delay(TimeSpan.FromSeconds(options.Seconds), ct);
        var (silos, database, _) = cores.Look();
        var rate = (await Transactions(cluster) - transactions) / options.Seconds;
        measurements.Add("idle", $"nobody reports: silos {silos:0.000} cores, database {database:0.000} cores, {rate:0.0} transactions/s",
            ("silos_cores", silos), ("database_cores", database), ("transactions_per_s", rate));
    }

    /// <summary>Gives every device work. Those that have some report meanwhile: who is silent loses it.</summary>
    private async Task Occupy(List<LoadReporter> reporters, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var began = HistoryFile.Now;
        var running = reporters.Select(r => r.Run(1, new Latencies(), over.Token)).ToList();
        while (reporters.Exists(r => r.Job is null) && HistoryFile.Now - began < LongestOccupation) await Task.Delay(200, ct);
        var (elapsed, busy) = (HistoryFile.Now - began, reporters.Count(r => r.Job is not null));
        await over.CancelAsync();
        await Task.WhenAll(running);
        measurements.Add("devices", $"{busy} of {reporters.Count} devices have work after {elapsed:0.0} s", ("occupied_after_s", elapsed));
    }

    private async Task Report(ChaosCluster cluster, List<LoadReporter> reporters, int points, CancellationToken ct)
    {
        foreach (var reporter in reporters)
            lock (reporter.ReportedAt) reporter.ReportedAt.Clear();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var (reports, watchers) = (new Latencies(), new LoadWatchers(cluster, new Random(options.Seed)));
        List<Task> watching =
        [
            .. watchers.Follow(reporters, options.Watchers, over.Token), .. watchers.List(over.Token),
            .. watchers.Submit(LoadJob.Text(options.Candidates, Epochs, devices: 1), over.Token),
        ];
        var (cores, began) = (new CoresUsed(cluster), HistoryFile.Now);
        over.CancelAfter(TimeSpan.FromSeconds(options.Seconds));
        var acknowledged = (await Task.WhenAll(reporters.Select(r => r.Run(points, reports, over.Token)))).Sum();
        var elapsed = HistoryFile.Now - began;
        var (silos, database, own) = cores.Look();
        await Task.WhenAll(watching);
        ct.ThrowIfCancellationRequested();
        measurements.Add(Part(points), $"{points} points a report, {options.Devices} devices, {options.Watchers} followers: "
            + $"{acknowledged / elapsed:0} durable points/s, {reports.Count / elapsed:0} reports/s; report {Quantiles(reports)}; "
            + $"from report to subscriber {Quantiles(watchers.Deliveries)} ({watchers.Deliveries.Count}); "
            + $"list {Quantiles(watchers.Lists)}; submit {Quantiles(watchers.Submissions)}; {watchers.Failures} calls made again, "
            + $"{reporters.Sum(r => r.Lost)} segments lost; largest silo {Memory(cluster):0} MB; "
            + $"cores: silos {silos:0.00}, database {database:0.00}, load {own:0.00}",
            [("points_per_s", acknowledged / elapsed), ("reports_per_s", reports.Count / elapsed), .. Figures("report", reports),
                .. Figures("delivery", watchers.Deliveries), .. Figures("list", watchers.Lists), .. Figures("submit", watchers.Submissions),
                ("silo_mb", Memory(cluster)), ("silos_cores", silos), ("database_cores", database), ("load_cores", own)]);
    }

    /// <summary>Resident memory of the silo that has most, in MB.</summary>
    private static double Memory(ChaosCluster cluster) => cluster.Silos.Max(silo =>
    {
        var line = File.ReadLines($"/proc/{silo.Id}/status").First(l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
    });

    private static async Task<double> Megabytes(ChaosCluster cluster) =>
        (long)(await cluster.Database.Scalar("select pg_database_size(current_database())"))! / (1024.0 * 1024);

    /// <summary>Transactions that the database has committed, statements by themselves among them.</summary>
    private static async Task<long> Transactions(ChaosCluster cluster) =>
        (long)(await cluster.Database.Scalar("select xact_commit from pg_stat_database where datname = current_database()"))!;

    private static string Quantiles(Latencies latencies) =>
        $"p50 {latencies.Milliseconds(.5):0} ms, p99 {latencies.Milliseconds(.99):0} ms";

    private static IEnumerable<(string, double)> Figures(string name, Latencies latencies) =>
    [
        ($"{name}_p50_ms", latencies.Milliseconds(.5)), ($"{name}_p99_ms", latencies.Milliseconds(.99)),
        ($"{name}_count", latencies.Count),
    ];
}
