using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Host.Control.Cluster;
using AutoSelect.Host.Tests.Borrowing;
using AutoSelect.Host.Tests.Cluster;
using AutoSelect.Providers;
using AutoSelect.Storage;
using AutoSelect.Testing;
using AutoSelect.Testing.Postgres;

namespace AutoSelect.Host.Tests.Telemetry;

/// <summary>
/// Every query of the dashboards and every rule, run by a real Prometheus that scrapes a silo over a real PostgreSQL. Its devices are
/// simulated ones, of a simulated scheduler. Meters are known by their names in a process: no other test has a silo meanwhile.
/// </summary>
[Collection("Prometheus")]
[CollectionDefinition("Prometheus", DisableParallelization = true)]
public sealed partial class PrometheusTests(SharedPostgres shared) : IDisposable
{
    private static readonly ImmutableSortedDictionary<string, double> Figures =
        ImmutableSortedDictionary<string, double>.Empty.Add("damping", .003);

    /// <summary>What Prometheus' blackbox exporter tells, and a label.</summary>
    private static readonly string[] NoMetricsOfOurs = ["probe_success", "autoselect_job"];

    private readonly TemporaryFolder folder = new();
    private readonly SimulatedLender lender = new();
    private readonly ConcurrentDictionary<BorrowLabel, SimulatedDevice> devices = new();
    private readonly TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private JobId holding;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Every_panel_and_every_rule_has_results_in_a_Prometheus_that_scrapes_a_silo()
    {
        var database = await (await shared.Server()).CreateDatabase();
        var options = new ServeOptions
        {
            Database = database,
            Paths = new ControlPaths(folder["silo"]) { Shared = folder["shared"] },
            Borrowing = lender.Settings,
        };
        await using var session = await ServeSession.Start(options, TimeProvider.System, Ct);
        using var api = new ApiClient(ApiFile.Read(options.Paths.Api)!.ToAddress());
        await using var jobs = await ServedJobs.Connect(database, folder.Path, folder["silo"]);
        lender.Started = label => devices[label] = Start(api, label);
        try
        {
            var key = await api.CreateKey(new NewKey { Name = "prometheus", Role = KeyRole.Viewer }, Ct);
            await using var prometheus = await PrometheusServer.Start(folder["prometheus"], session.Api, key.Key);

            // One job that has ended, one device that its scheduler took away, and one job in the middle of its race.
            await jobs.UntilEnded(await jobs.Submit(SimulatedJobs.BestAtHorizon("wide", "narrow")));
            var gone = devices.Keys.First();
            await devices[gone].Die();
            lender.End(gone, EndReason.Preempted);
            var job = await Import(jobs.Jobs, JobRecords.Running());
            await held.Task.WaitAsync(TimeSpan.FromMinutes(5), Ct);
            await prometheus.Until(async () => (await prometheus.Query(
                $"count_over_time(autoselect_job_leader{{autoselect_job=\"{job}\"}}[1m]) >= 4 and on () "
                + "count_over_time(autoselect_borrowed_ends_total[1m]) >= 2 and on () autoselect_devices")).Count > 0,
                "was scraped of the running job");

            await CheckPanels(prometheus, job);
            await CheckRules(prometheus);
            released.SetResult();
            await api.CancelJob(job, ct: Ct);
            await jobs.UntilEnded(job);
            // The job's series end with it, and nobody has to wait for five minutes.
            await prometheus.Until(
                async () => (await prometheus.Query($"{{autoselect_job=\"{job}\"}}")).Count == 0, "says that the job has ended");
        }
        finally
        {
            released.TrySetResult();
            foreach (var device in devices.Values) await device.DisposeAsync();
        }
    }

    /// <summary>Stores a job as it stands, its clock included.</summary>
    private Task<JobId> Import(IJobStore store, JobRecord record)
    {
        var now = TimeProvider.System.GetUtcNow();
        return store.Create(record.Spec, now, id =>
        {
            holding = id;
            var stored = record with
            {
                Id = id,
                Version = 1,
                Folder = folder["imported"],
                StartedAt = now.AddSeconds(-record.ElapsedSeconds),
            };
            return (new JobEvent(1, now, record.ElapsedSeconds, new JobImported(stored)), JobSummaries.FromRecord(stored, now));
        });
    }

    private static async Task CheckPanels(PrometheusServer prometheus, JobId job)
    {
        Assert.NotEmpty(Dashboards.Queries);
        await prometheus.UntilEach(Dashboards.Queries, async query =>
        {
            var found = await prometheus.Query(Dashboards.Resolved(query.Expression));
            Write($"{found.Count,4} {query.Dashboard}, {query.Panel}: {query.Expression}");
            return (found.Count > 0 || Dashboards.EmptyWhenWell.Contains(query.Panel))
                // What is shown of jobs is of this one, which runs.
                && (!query.Expression.Contains("$job", StringComparison.Ordinal)
                    || found.Any(f => f.Labels.Contains($"\"{job}\"", StringComparison.Ordinal)));
        });
    }

    /// <summary>Prometheus evaluates them without a fault, and what they ask for is there; promtool tries what makes them fire.</summary>
    private static async Task CheckRules(PrometheusServer prometheus)
    {
        await prometheus.Until(
            async () => (await prometheus.Rules()).All(r => r.GetProperty("evaluationTime").GetDouble() > 0), "ran the rules");
        var rules = await prometheus.Rules();
        Assert.All(rules, r => Assert.True(r.GetProperty("health").GetString() == "ok", r.ToString()));
        var metrics = rules.SelectMany(r => Metrics().Matches(r.GetProperty("query").GetString()!)).Select(m => m.Value)
            .Where(m => !NoMetricsOfOurs.Contains(m)).Distinct().ToList();
        await prometheus.UntilEach(metrics, async metric =>
        {
            var found = await prometheus.Query(metric);
            Write($"{found.Count,4} {metric}");
            return found.Count > 0;
        });
        Write($"{rules.Count} rules over {metrics.Count} metrics");
        Assert.Contains("autoselect_job_last_event_timestamp_seconds", metrics);
    }

    private static void Write(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);

    private SimulatedDevice Start(ApiClient api, BorrowLabel label)
    {
        var training = new SimulatedTraining { Diagnostics = Figures }.Ends("wide", .9).Ends("narrow", .85);
        var device = new SimulatedDevice(new ServedDevice([api], new DeviceId(label.ToString())), label.ToString(), training)
        {
            ReportsWhileHeld = true,
            BeforeSegment = async segment =>
            {
                if (segment.Job != holding) return;
                held.TrySetResult();
                await released.Task;
            },
        };
        device.Start();
        return device;
    }

    [GeneratedRegex(@"\b(autoselect[:_][a-z0-9_:]+|up|probe_success)\b(?=[{\[\s)]|$)")]
    private static partial Regex Metrics();
}
