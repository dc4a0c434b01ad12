using AutoSelect.Host.Control;
using AutoSelect.Host.Control.Cluster;
using AutoSelect.Host.Control.Retention;
using AutoSelect.Host.Tests.Retention;
using AutoSelect.Storage.Postgres;
using AutoSelect.Testing;
using AutoSelect.Testing.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoSelect.Host.Tests.Cluster;

/// <summary>What silos remove, over a real PostgreSQL.</summary>
public sealed class ClusterRetentionTests(SharedPostgres shared) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task One_silo_removes_jobs_and_each_its_own_logs()
    {
        var database = await (await shared.Server()).CreateDatabase();
        await using var one = await PostgresStore.Open(database, ct: Ct);
        await using var two = await PostgresStore.Open(database, ct: Ct);
        ControlPaths[] paths = [Paths("one"), Paths("two")];
        var kept = new KeptJobs(one.Jobs, paths[0]);
        var (old, young) = (await kept.Add(SampleJob.Completed, days: 40), await kept.Add(SampleJob.Completed, days: 1));
        foreach (var silo in paths)
        {
            Log(silo, "cpu0.log");
            Log(silo, "cpu1.log");
        }

        // While another process is at it, jobs are left to that one.
        await one.RunAlone(PostgresTask.Retention, async () =>
        {
            Assert.Equal(["cpu1.log"], (await Retention(two, paths[1]).RunOnce(Ct)).Select(r => r.Name));
            return "";
        });
        Assert.NotEqual("", await kept.Left(old));

        Assert.Equal([old.Value], (await Retention(two, paths[1]).RunOnce(Ct)).Select(r => r.Name));
        Assert.Equal("", await kept.Left(old));
        Assert.NotEqual("", await kept.Left(young));
        Assert.Equal(["cpu0.log"], Directory.EnumerateFiles(paths[1].Logs).Select(Path.GetFileName));
        Assert.Equal(2, Directory.EnumerateFiles(paths[0].Logs).Count());
    }

    [Fact]
    public async Task A_silo_that_is_given_a_policy_carries_it_out()
    {
        var database = await (await shared.Server()).CreateDatabase();
        await using var store = await PostgresStore.Open(database, ct: Ct);
        var paths = Paths("silo");
        var kept = new KeptJobs(store.Jobs, paths);
        var (old, young) = (await kept.Add(SampleJob.Completed, days: 40), await kept.Add(SampleJob.Completed, days: 1));
        var options = new ServeOptions { Database = database, Paths = paths, Retention = Policy };
        await using var session = await ServeSession.Start(options, TimeProvider.System, Ct);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromMinutes(3));
        while (await kept.Left(old) != "") await Task.Delay(20, patience.Token);
        Assert.NotEqual("", await kept.Left(young));
        Assert.True(File.Exists(Path.Combine(paths.Logs, ControlPaths.ControlLog)));
    }

    private static RetentionPolicy Policy => RetentionPolicy.Parse("jobs: { olderThan: 30d }\nlogs: { moreThan: 1B }");

    private static ClusterRetention Retention(PostgresStore store, ControlPaths paths) =>
        new(store, paths, Policy, () => ["cpu0.log"], TimeProvider.System, NullLogger<ClusterRetention>.Instance);

    private ControlPaths Paths(string silo) => new(folder[silo]) { Shared = folder["shared"] };

    private static void Log(ControlPaths paths, string name)
    {
        Directory.CreateDirectory(paths.Logs);
        File.WriteAllText(Path.Combine(paths.Logs, name), "a line\n");
    }
}
