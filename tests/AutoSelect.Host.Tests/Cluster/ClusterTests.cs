using AutoSelect.Contracts;
using AutoSelect.Testing;
using AutoSelect.Testing.Postgres;

[assembly: AssemblyFixture(typeof(SharedPostgres))]

namespace AutoSelect.Host.Tests.Cluster;

/// <summary>Silos as processes over a real PostgreSQL.</summary>
public sealed class ClusterTests(SharedPostgres shared) : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<SiloProcess> silos = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (var silo in silos) silo.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_job_goes_on_when_the_silo_that_runs_it_is_killed()
    {
        var database = await (await shared.Server()).CreateDatabase();
        await Start(database, 3);
        await using var jobs = await ServedJobs.Connect(database, folder.Path, [.. silos.Select(s => s.Store)]);
        var held = new HeldSegment(3);
        jobs.AddDevice("one", held.Before);
        jobs.AddDevice("two", held.Before);

        var job = await jobs.Submit(SimulatedJobs.BestAtHorizon("wide", "narrow"));
        await held.Reached;
        var lost = silos.First(s => s.Attends(job));
        using var api = await silos.First(s => s != lost).Api();
        var told = new List<JobEvent>();
        var following = Task.Run(async () =>
        {
            await foreach (var e in api.FollowEvents(job, 0, Ct)) told.Add(e);
        }, Ct);

        await lost.Kill();
        held.Release();

        await following;
        await jobs.Check(job, told);
    }

    private async Task Start(string database, int count) => silos.AddRange(await Task.WhenAll(
        Enumerable.Range(silos.Count, count).Select(i => SiloProcess.Start(database, folder[$"silo{i}"], folder.Path))));
}
