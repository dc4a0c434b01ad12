using System.Globalization;
using System.Text.Json;
using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Histories;
using AutoSelect.Chaos.Runs;
using AutoSelect.Client;
using AutoSelect.Contracts;
using Npgsql;

namespace AutoSelect.Chaos.Load;

/// <summary>
/// Trials taken through by AutoSelect and by Optuna in turns, on one PostgreSQL: asked for, told of in separate reports that are each
/// answered with a decision, ended. Training is simulated on both sides; a silo, HTTP and the database are real. Run again with the same
/// folder it goes on where it was.
/// </summary>
internal sealed class TrialRun(TrialOptions options)
{
    private const string Own = "AutoSelect";
    private const string Rate = "reports_per_s";

    private readonly ChaosPaths paths = options.Paths;
    private readonly Measurements measurements = new(Path.Combine(options.Paths.Results, "trials.jsonl"));

    public async Task Run(CancellationToken ct)
    {
        using var history = new HistoryFile(paths.Histories, "run");
        var shape = new ClusterOptions { Silos = 1, SimulatedDevices = 0, RealDevices = 0, WithNetwork = false, DiskMegabytes = 2048 };
        await using var cluster = await ChaosCluster.Start(paths, shape, ["ann"], history, _ => { });
        await ChaosRun.UntilServed(cluster, paths, ct);
        var total = options.Jobs * options.Trials;
        Console.WriteLine($"{total} trials in {options.Jobs} jobs or studies, {options.Reports} answered reports each, {options.Workers} "
            + $"workers; simulated training; PostgreSQL with fsync, {Environment.ProcessorCount} cores for all; seed {options.Seed}");
        (string Name, Func<string, Task> Measure)[] all =
        [
            (Own, part => AutoSelect(cluster, part, ct)),
            .. new[] { ("random", "none"), ("tpe", "median") }.Select(how => (
                $"Optuna over PostgreSQL, {how.Item1}, {how.Item2}",
                (Func<string, Task>)(async part => await Optuna(part, await Storage(cluster), how.Item1, how.Item2)))),
            ("Optuna in memory, random, none", part => Optuna(part, "memory", "random", "none")),
        ];
        if (options.IsAlone) all = all[..1];
        for (var round = 1; round <= options.Rounds; round++)
        {
            // Whoever comes after somebody meets what he has left in the caches and in the log.
            var turns = all.ToArray();
            new Random((options.Seed * 1000) + round).Shuffle(turns);
            foreach (var (name, measure) in turns)
            {
                ct.ThrowIfCancellationRequested();
                if (!measurements.Has(Part(round, name))) await measure(Part(round, name));
            }
        }
        foreach (var (name, _) in all.Skip(1)) Compare(name);
    }

    private static string Part(int round, string name) => $"round {round}: {name}";

    private async Task AutoSelect(ChaosCluster cluster, string part, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var api = cluster.Servers.Client(0, cluster.Keys.Submitters.Values.First());
        var workers = Enumerable.Range(0, options.Workers)
            .Select(i => new TrialWorker(cluster.Servers, cluster.Keys.Simulated, new($"{Keys.SimulatedName}-{i}"), options.Reports))
            .ToList();
        // Of an attempt that was interrupted there may be a part.
        var attempt = $"{Guid.NewGuid():N}";
        var (began, cores) = (HistoryFile.Now, new CoresUsed(cluster));
        var running = workers.Select(w => w.Run(over.Token)).ToList();
        var jobs = new List<JobId>();
        var text = LoadJob.Text(options.Trials, epochs: 10, devices: options.Workers);
        for (var i = 0; i < options.Jobs; i++)
            jobs.Add((await api.SubmitJob(new Submission(text) { Name = $"trials-{i}", Id = $"{attempt}-{i}" }, ct)).Job);
        foreach (var job in jobs) await Ended(api, job, ct);
        var (elapsed, (silo, database, own)) = (HistoryFile.Now - began, cores.Look());
        await over.CancelAsync();
        await Task.WhenAll(running);
        var latencies = new Latencies();
        foreach (var taken in workers.SelectMany(w => w.Latencies)) latencies.Add(taken);
        foreach (var worker in workers) worker.Dispose();
        Add(part, "one silo over PostgreSQL, policy exhaustive", workers.Sum(w => w.Segments), latencies.Count, elapsed,
            $"answer p50 {latencies.Milliseconds(.5):0.0} ms, p99 {latencies.Milliseconds(.99):0} ms; cores: silo {silo:0.00}, "
            + $"database {database:0.00}, workers {own:0.00}");
    }

    private static async Task Ended(ApiClient api, JobId job, CancellationToken ct)
    {
        while (!(await api.DescribeJob(job, ct)).Summary.Phase.HasEnded()) await Task.Delay(200, ct);
    }

    private async Task Optuna(string part, string storage, string sampler, string pruner)
    {
        string[] words =
        [
            "--storage", storage, "--studies", $"{options.Jobs}", "--trials", $"{options.Trials}", "--reports", $"{options.Reports}",
            "--workers", $"{options.Workers}", "--sampler", sampler, "--pruner", pruner, "--seed", $"{options.Seed}",
        ];
        var line = JsonDocument.Parse(await Command.Run(ChaosPaths.Tool("optuna-trials"), words)).RootElement;
        Add(part, line.GetProperty("optuna").GetString()!, line.GetProperty("trials").GetInt32(),
            line.GetProperty("reports").GetInt32(), line.GetProperty("seconds").GetDouble(),
            $"{line.GetProperty("pruned")} pruned, {line.GetProperty("workers")} processes");
    }

    /// <summary>A database of its own on the same server, as SQLAlchemy names it.</summary>
    private static async Task<string> Storage(ChaosCluster cluster)
    {
        var server = new NpgsqlConnectionStringBuilder(cluster.Database.Connection);
        var name = $"optuna_{Guid.NewGuid():N}";
        await cluster.Database.Scalar($"create database {name}");
        return $"postgresql+psycopg2://{server.Username}@/{name}?host={Uri.EscapeDataString(server.Host!)}";
    }

    private void Add(string part, string how, int trials, int reports, double seconds, string more) => measurements.Add(
        part, string.Create(CultureInfo.InvariantCulture,
            $"{part} ({how}): {seconds:0.0} s, {trials / seconds:0.0} trials/s, {reports / seconds:0} answered reports/s, {more}"),
        ("trials_per_s", trials / seconds), (Rate, reports / seconds), ("seconds", seconds));

    /// <summary>Says how AutoSelect stands to another within the same rounds.</summary>
    private void Compare(string other)
    {
        double Of(int round, string name) => measurements.All.Last(m => m.Part == Part(round, name)).Figures[Rate];
        var ratios = Enumerable.Range(1, options.Rounds).Select(round => Of(round, Own) / Of(round, other)).Order().ToList();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"answered reports/s over those of {other}: median {ratios[ratios.Count / 2]:0.00}, {ratios[0]:0.00} to {ratios[^1]:0.00}"));
    }
}
