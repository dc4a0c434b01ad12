using System.Globalization;
using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Histories;
using AutoSelect.Chaos.Load;
using AutoSelect.Contracts;
using AutoSelect.Jobs;

namespace AutoSelect.Chaos.Runs;

/// <summary>
/// Measures how long what is lost is missed: a silo, a device, the database, everything. Devices are simulated, all else is real.
/// </summary>
internal sealed class FailOver(RunOptions options, int rounds, Action<string> say)
{
    private const int JobCount = 3;
    private const double Longest = 120;

    private readonly ChaosPaths paths = options.Paths;
    private readonly Measurements measurements = new(Path.Combine(options.Paths.Results, "fail-over.jsonl"));
    private int round;

    public async Task Run(CancellationToken ct)
    {
        using var history = new HistoryFile(paths.Histories, "run");
        var cluster = await ChaosCluster.Start(paths, options.Cluster with { Zombies = 0, WithNetwork = false }, ["ann"], history, say);
        await using var _ = cluster;
        await ChaosRun.UntilServed(cluster, paths, ct);
        cluster.StartSimulatedDevices();
        var seen = new LongJobs(cluster, paths.Histories);
        var jobs = await seen.Submit(JobCount, ct);
        for (round = 1; round <= rounds; round++)
        {
            // What was measured before the run was interrupted is not measured again.
            if (measurements.Has(Part("end"))) continue;
            await Settled(cluster, seen, jobs, ct);
            await KillSilo(cluster, seen, jobs[round % jobs.Count], ct);
            await Settled(cluster, seen, jobs, ct);
            await KillDevice(cluster, seen, jobs[round % jobs.Count], ct);
            await Settled(cluster, seen, jobs, ct);
            await KillSilos(cluster, seen, jobs, ct);
            await Settled(cluster, seen, jobs, ct);
            await KillAll(cluster, seen, jobs, ct);
            measurements.Add(Part("end"), $"round {round} has ended");
        }
        await Settled(cluster, seen, jobs, ct);
        await LoseDatabase(cluster, seen, jobs, TimeSpan.FromSeconds(60), ct);
        Print();
    }

    private string Part(string what) => $"round {round}: {what}";

    private async Task KillSilo(ChaosCluster cluster, LongJobs seen, JobId job, CancellationToken ct)
    {
        if (LongJobs.HostOf(job, paths, cluster.Servers.Count) is not { } host) return;
        using var http = cluster.Servers.Http(cluster.Keys.Auditor);
        var (at, began) = (DateTimeOffset.UtcNow, HistoryFile.Now);
        cluster.Silos[host].Kill(TimeSpan.FromSeconds(20));
        await Answers(cluster, http, host, $"v1/jobs/{job}", ct);
        Add("silo killed: the API answers its clients elsewhere", HistoryFile.Now - began);
        var next = await seen.First(job, at, e => e.Change is SegmentReported, Longest, ct);
        Add("silo killed: its job stores points again", (next.Time - at).TotalSeconds);
    }

    private async Task KillDevice(ChaosCluster cluster, LongJobs seen, JobId job, CancellationToken ct)
    {
        var (record, _) = await seen.Read(job);
        var trial = record.Trials.First(t => t.OpenSegment() is not null);
        var device = trial.OpenSegment()!.Device;
        var number = int.Parse(device.Value.Split('-')[^1], CultureInfo.InvariantCulture);
        var at = DateTimeOffset.UtcNow;
        // It is started again a second later, as a service manager does.
        cluster.Device(number)!.Kill(TimeSpan.FromSeconds(1));
        var started = await seen.First(job, at, e => e.Change is SegmentStarted s && s.Trial == trial.Id, Longest, ct);
        Add("device killed: its trial is given out again", (started.Time - at).TotalSeconds);
        var point = await seen.First(job, started.Time, e => e.Change is SegmentReported r && r.Trial == trial.Id, Longest, ct);
        Add("device killed: its trial stores points again", (point.Time - at).TotalSeconds);
    }

    private async Task KillSilos(ChaosCluster cluster, LongJobs seen, IReadOnlyList<JobId> jobs, CancellationToken ct)
    {
        using var http = cluster.Servers.Http(cluster.Keys.Auditor);
        var (at, began) = (DateTimeOffset.UtcNow, HistoryFile.Now);
        foreach (var silo in cluster.Silos) silo.Kill(TimeSpan.Zero);
        await Answers(cluster, http, 0, $"v1/jobs/{jobs[0]}", ct);
        Add("all silos killed: the first to come back serves", HistoryFile.Now - began);
        var times = await Task.WhenAll(jobs.Select(j => seen.First(j, at, e => e.Change is SegmentReported, Longest, ct)));
        Add("all silos killed: all jobs store points again", times.Max(e => (e.Time - at).TotalSeconds));
    }

    private async Task KillAll(ChaosCluster cluster, LongJobs seen, IReadOnlyList<JobId> jobs, CancellationToken ct)
    {
        using var http = cluster.Servers.Http(cluster.Keys.Auditor);
        var began = HistoryFile.Now;
        for (var i = 0; i < options.Cluster.SimulatedDevices; i++) cluster.Device(i)?.Kill(TimeSpan.Zero);
        foreach (var silo in cluster.Silos) silo.Kill(TimeSpan.Zero);
        await cluster.Database.Kill();
        var at = DateTimeOffset.UtcNow;
        await cluster.Database.Start();
        await Answers(cluster, http, 0, $"v1/jobs/{jobs[0]}", ct);
        Add("silos, devices and database killed: a silo serves", HistoryFile.Now - began);
        var times = await Task.WhenAll(jobs.Select(j => seen.First(j, at, e => e.Change is SegmentReported, Longest, ct)));
        Add("silos, devices and database killed: all jobs store points again", times.Max(e => (e.Time - at).TotalSeconds));
    }

    private async Task LoseDatabase(ChaosCluster cluster, LongJobs seen, IReadOnlyList<JobId> jobs, TimeSpan gone, CancellationToken ct)
    {
        var before = new Dictionary<JobId, JobRecord>();
        foreach (var job in jobs) before[job] = (await seen.Read(job)).Record;
        await cluster.Database.Kill();
        await Task.Delay(gone, ct);
        var back = DateTimeOffset.UtcNow;
        await cluster.Database.Start();
        var times = await Task.WhenAll(jobs.Select(j => seen.First(j, back, e => e.Change is SegmentReported, Longest, ct)));
        Add($"database gone for {gone.TotalSeconds:0} s: all jobs store points again after it is back",
            times.Max(e => (e.Time - back).TotalSeconds));
        await Settled(cluster, seen, jobs, ct);
        foreach (var job in jobs)
        {
            var record = (await seen.Read(job)).Record;
            foreach (var trial in record.Trials)
            {
                var then = before[job][trial.Id];
                var kept = trial.Segments.Length == then.Segments.Length;
                say($"{job} {trial.Id}: {then.Curve.Length} points before, {trial.Curve.Length} now, "
                    + $"{(kept ? "trained on in the same segment" : $"{trial.Segments.Length - then.Segments.Length} new segments")}");
                Add("… trials that trained on in the same segment (1) or were given out again (0)", kept ? 1 : 0);
            }
        }
    }

    /// <summary>Waits until all processes are there and all trials train.</summary>
    private async Task Settled(ChaosCluster cluster, LongJobs seen, IReadOnlyList<JobId> jobs, CancellationToken ct)
    {
        await ChaosRun.UntilServed(cluster, paths, ct);
        var now = DateTimeOffset.UtcNow;
        foreach (var job in jobs)
        {
            await seen.Until(job, r => r.Trials.All(t => t.OpenSegment() is not null), Longest, ct);
            await seen.First(job, now, e => e.Change is SegmentReported, Longest, ct);
        }
        await Task.Delay(TimeSpan.FromSeconds(3), ct);
    }

    /// <summary>Asks the silo that was lost, then the next, round and round, as a client does.</summary>
    private static async Task Answers(ChaosCluster cluster, HttpClient http, int first, string path, CancellationToken ct)
    {
        for (var turn = first; ; turn++)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            patience.CancelAfter(TimeSpan.FromSeconds(5));
            try
            {
                using var answer = await http.GetAsync(new Uri(cluster.Servers.At(turn), path), patience.Token);
                if (answer.IsSuccessStatusCode) return;
            }
            catch (Exception e) when (!ct.IsCancellationRequested && e is HttpRequestException or OperationCanceledException)
            {
                // The next one.
            }
            await Task.Delay(50, ct);
        }
    }

    private void Add(string what, double seconds) => measurements.Add(
        Part(what), string.Create(CultureInfo.InvariantCulture, $"{what}: {seconds:0.00} s"), (what, seconds));

    private void Print()
    {
        Console.WriteLine("| what | median s | worst s | times |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var figure in measurements.All.SelectMany(m => m.Figures).GroupBy(f => f.Key, f => f.Value))
        {
            var sorted = figure.Order().ToList();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"| {figure.Key} | {sorted[sorted.Count / 2]:0.0} | {sorted[^1]:0.0} | {sorted.Count} |"));
        }
    }
}
