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
/// answered with a decision, ended. Training is simulated on both sides; a silo, HTTP and the database are real.
/// </summary>
internal sealed class TrialRun(TrialOptions options)
{
    private readonly ChaosPaths paths = options.Paths;

    public async Task Run(CancellationToken ct)
    {
        using var history = new HistoryFile(paths.Histories, "run");
        var shape = new ClusterOptions { Silos = 1, SimulatedDevices = 0, RealDevices = 0, WithNetwork = false, DiskMegabytes = 2048 };
        await using var cluster = await ChaosCluster.Start(paths, shape, ["ann"], history, _ => { });
        await ChaosRun.UntilServed(cluster, paths, ct);
        var total = options.Jobs * options.Trials;
        Console.WriteLine($"{total} trials in {options.Jobs} jobs or studies, {options.Reports} answered reports each, {options.Workers} "
            + $"workers; simulated training; PostgreSQL with fsync, {Environment.ProcessorCount} cores for all");
        for (var round = 1; round <= options.Rounds; round++)
        {
            await AutoSelect(cluster, round, ct);
            foreach (var (sampler, pruner) in ((string, string)[])[("random", "none"), ("tpe", "median")])
                await Optuna(await Storage(cluster), sampler, pruner);
            await Optuna("memory", "random", "none");
        }
    }

    private async Task AutoSelect(ChaosCluster cluster, int round, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var api = cluster.Servers.Client(0, cluster.Keys.Submitters.Values.First());
        var workers = Enumerable.Range(0, options.Workers)
            .Select(i => new TrialWorker(cluster.Servers, cluster.Keys.Simulated, new($"{Keys.SimulatedName}-{i}"), options.Reports))
            .ToList();
        var began = HistoryFile.Now;
        var names = Enumerable.Range(0, options.Jobs).Select(i => $"trials-{round}-{i}").ToList();
        var running = workers.Select(w => w.Run(over.Token)).ToList();
        var jobs = new List<JobId>();
        var text = LoadJob.Text(options.Trials, epochs: 10, devices: options.Workers);
        foreach (var name in names) jobs.Add((await api.SubmitJob(new Submission(text) { Name = name, Id = name }, ct)).Job);
        foreach (var job in jobs) await Ended(api, job, ct);
        var elapsed = HistoryFile.Now - began;
        await over.CancelAsync();
        await Task.WhenAll(running);
        var latencies = workers.SelectMany(w => w.Latencies).Order().ToList();
        foreach (var worker in workers) worker.Dispose();
        Write("AutoSelect", "one silo over PostgreSQL, policy exhaustive", workers.Sum(w => w.Segments), latencies.Count, elapsed,
            $"answer p50 {latencies[latencies.Count / 2] * 1000:0.0} ms, p99 {latencies[latencies.Count * 99 / 100] * 1000:0} ms");
    }

    private static async Task Ended(ApiClient api, JobId job, CancellationToken ct)
    {
        while (!(await api.DescribeJob(job, ct)).Summary.Phase.HasEnded()) await Task.Delay(200, ct);
    }

    private async Task Optuna(string storage, string sampler, string pruner)
    {
        string[] words =
        [
            "--storage", storage, "--studies", $"{options.Jobs}", "--trials", $"{options.Trials}", "--reports", $"{options.Reports}",
            "--workers", $"{options.Workers}", "--sampler", sampler, "--pruner", pruner,
        ];
        var line = JsonDocument.Parse(await Command.Run(ChaosPaths.Tool("optuna-trials"), words)).RootElement;
        Write($"Optuna {line.GetProperty("optuna").GetString()}", $"{line.GetProperty("storage").GetString()}, {sampler}, {pruner}",
            line.GetProperty("trials").GetInt32(), line.GetProperty("reports").GetInt32(), line.GetProperty("seconds").GetDouble(),
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

    private static void Write(string who, string how, int trials, int reports, double seconds, string more) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{who} ({how}): {seconds:0.0} s, {trials / seconds:0.0} trials/s, {reports / seconds:0} answered reports/s, {more}"));
}
