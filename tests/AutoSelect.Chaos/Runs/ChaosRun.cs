using System.Collections.Immutable;
using AutoSelect.Chaos.Checking;
using AutoSelect.Chaos.Clients;
using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Faults;
using AutoSelect.Chaos.Histories;
using AutoSelect.Chaos.Silos;
using AutoSelect.Contracts;
using AutoSelect.Selection.History;

namespace AutoSelect.Chaos.Runs;

/// <summary>
/// One run: a cluster, clients and faults, then the check. Run again with the same folder it goes on where it was: faults that were done
/// are not done again, and jobs that were taken in are not taken in twice.
/// </summary>
internal sealed class ChaosRun(RunOptions options, Action<string> say)
{
    private const string RealPart = "real";
    private const string SimulatedPart = "simulated";

    /// <summary>Seconds after which a silo that was started ought to answer, on a machine that is busy with much else.</summary>
    private const int LongestStart = 600;

    private static readonly string[] Submitters = ["ann", "bob", "eve"];

    private readonly ChaosPaths paths = options.Paths;

    /// <summary>Runs and checks.</summary>
    /// <returns>What the rules found.</returns>
    /// <exception cref="OperationCanceledException">It was interrupted; run again, it goes on.</exception>
    public async Task<(ImmutableArray<RuleResult> Results, Evidence Evidence)> Run(CancellationToken ct)
    {
        var before = HistoryFolder.Read(paths.Histories);
        using var history = new HistoryFile(paths.Histories, "run");
        await using var cluster = await ChaosCluster.Start(paths, options.Cluster, Submitters, history, say);
        var faults = FaultSchedule.Create(options.Seed, options.Faults, options.Minutes * 60, cluster.Abilities);
        var jobs = JobDraws.Create(options.Seed, options.RealJobs, options.Jobs, options.Minutes * 60 * .7, Submitters);
        var done = before.Where(e => e is { What: Whats.Fault, Kind: EntryKind.Done }).Select(e => e.Number).ToHashSet();
        var left = faults.Where(f => !done.Contains(f.Number)).ToImmutableArray();
        var skipped = done.Count == 0 ? 0 : left.IsEmpty ? options.Minutes * 60 : left.Min(f => f.At);
        if (done.Count > 0) say($"{done.Count} faults were done before: it goes on with {left.Length}");
        history.Add(history.New(EntryKind.Note, Whats.Run) with { Reason = $"seed {options.Seed}", Seconds = skipped });
        await UntilServed(cluster, paths, ct);

        var startedAt = HistoryFile.Now - skipped;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var auditor = new Auditor(cluster.Servers, cluster.Keys.Auditor, paths.Histories);
        using var nemesisHistory = new HistoryFile(paths.Histories, "nemesis");
        using var superseded = new SupersededSilo(cluster.Database.Connection, paths.Histories);
        var watching = Task.WhenAll(auditor.Watch(over.Token), superseded.Run(over.Token));
        var harming = new Nemesis(cluster, nemesisHistory).Run(left, startedAt, over.Token);
        try
        {
            await Work(cluster, jobs, before, history, startedAt, harming, ct);
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(watching, harming);
            await cluster.Heal();
        }
        await UntilServed(cluster, paths, ct);
        var stored = await DatabaseReader.Jobs(cluster.Database.Connection);
        await auditor.Describe(stored.Select(j => j.Id), ct);
        await cluster.StopDevices();
        Directory.CreateDirectory(paths.Recordings);
        var recordings = Path.Combine(paths.Shared, "histories");
        foreach (var recording in Directory.Exists(recordings) ? Directory.EnumerateFiles(recordings) : [])
            File.Copy(recording, Path.Combine(paths.Recordings, Path.GetFileName(recording)), overwrite: true);
        if (cluster.Disk is { } disk) await disk.DisposeAsync();
        return await Check(cluster.Database.Connection, paths);
    }

    /// <summary>Judges what a run has left.</summary>
    public static async Task<(ImmutableArray<RuleResult> Results, Evidence Evidence)> Check(string database, ChaosPaths paths)
    {
        var evidence = new Evidence(
            HistoryFolder.Read(paths.Histories), await DatabaseReader.Jobs(database), await DatabaseReader.Submissions(database));
        await File.WriteAllLinesAsync(Path.Combine(paths.Results, "events.jsonl"), evidence.Jobs.SelectMany(j => j.Events.Select(
            e => System.Text.Json.JsonSerializer.Serialize(new { job = j.Id, @event = e }, RecordJson.Options))));
        var histories = new Selection.History.Histories(paths.Recordings);
        var known = new Dictionary<string, SelectionHistory> { [""] = SelectionHistory.Empty };
        SelectionHistory Learned(string name) => known.TryGetValue(name, out var read) ? read : known[name] = histories.Read(name);
        return (Checker.Check(evidence, Learned), evidence);
    }

    /// <summary>The jobs of real devices, then those of simulated ones: neither could go on from the other's checkpoints.</summary>
    private async Task Work(
        ChaosCluster cluster, IReadOnlyList<JobDraw> jobs, IReadOnlyList<HistoryEntry> before, HistoryFile history, double startedAt,
        Task harming, CancellationToken ct)
    {
        bool IsOver(string part) => before.Any(e => e is { What: Whats.Run, Kind: EntryKind.Done } && e.Key == part);
        if (options.RealJobs > 0 && !IsOver(RealPart))
        {
            cluster.StartRealDevices();
            await Submit(cluster, [.. jobs.Where(j => j.IsReal)], startedAt, Task.CompletedTask, ct);
            await cluster.StopDevices();
            history.Add(history.New(EntryKind.Done, Whats.Run) with { Key = RealPart });
            say("the jobs of real devices have ended");
        }
        cluster.StartSimulatedDevices();
        await Submit(cluster, [.. jobs.Where(j => !j.IsReal)], startedAt, harming, ct);
        history.Add(history.New(EntryKind.Done, Whats.Run) with { Key = SimulatedPart });
    }

    private async Task Submit(ChaosCluster cluster, IReadOnlyList<JobDraw> jobs, double startedAt, Task harming, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var submitters = cluster.Keys.Submitters
            .Select((k, i) => (Name: k.Key, Client: new Submitter(cluster.Servers, k.Key, k.Value, paths.Histories, i))).ToList();
        var working = Task.WhenAll(submitters.Select(
            s => s.Client.Run([.. jobs.Where(j => j.Submitter == s.Name)], startedAt, patience.Token)));
        await Task.WhenAny(working, harming);
        await harming;
        if (harming.IsCompletedSuccessfully && harming != Task.CompletedTask) await cluster.Heal();
        patience.CancelAfter(TimeSpan.FromMinutes(options.LongestEnd));
        try
        {
            await working;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            say($"some jobs have not ended {options.LongestEnd} min after the last fault");
        }
        finally
        {
            foreach (var (_, submitter) in submitters) submitter.Dispose();
        }
    }

    /// <summary>Waits until every silo answers.</summary>
    public static async Task UntilServed(ChaosCluster cluster, ChaosPaths paths, CancellationToken ct)
    {
        for (var silo = 0; silo < cluster.Servers.Count; silo++)
        {
            using var http = cluster.Servers.Http(cluster.Keys.Auditor);
            http.Timeout = TimeSpan.FromSeconds(5);
            var began = HistoryFile.Now;
            while (true)
            {
                try
                {
                    using var answer = await http.GetAsync(new Uri(cluster.Servers.At(silo), "v1/jobs?size=1"), ct);
                    if (answer.IsSuccessStatusCode) break;
                }
                catch (Exception e) when (!ct.IsCancellationRequested && e is HttpRequestException or OperationCanceledException)
                {
                    // Not yet.
                }
                if (HistoryFile.Now - began > LongestStart)
                    throw new InvalidOperationException($"silo-{silo} is silent for over {LongestStart} s: its log is in {paths.Logs}.");
                await Task.Delay(200, ct);
            }
        }
    }
}
