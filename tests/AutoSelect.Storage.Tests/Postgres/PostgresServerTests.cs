using AutoSelect.Contracts;
using AutoSelect.Testing;
using AutoSelect.Testing.Postgres;

namespace AutoSelect.Storage.Tests.Postgres;

/// <summary>A server of the test's own, which goes away and comes back, or runs out of disk.</summary>
public sealed class PostgresServerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_stored_is_there_when_the_server_comes_back_and_writing_goes_on(bool isCrash)
    {
        await using var server = await SharedPostgres.Own();
        await using var store = await PostgresJobs.Open(await server.CreateDatabase());
        var jobs = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => PostgresJobs.Create(store)));
        var versions = new long[jobs.Length];
        async Task Write(JobId job, int i)
        {
            for (versions[i] = 1; ; versions[i]++)
                await store.Jobs.Append(job, versions[i], [Samples.Report(versions[i] + 1)], Samples.Summary(job));
        }
        var writing = jobs.Select((job, i) => Task.Run(() => Write(job, i), Ct)).ToList();
        // A writer that ends before the server does fails the test.
        while (versions.Any(v => v < 20)) await await Task.WhenAny(writing.Append(Task.Delay(5, Ct)));
        await server.Stop(isCrash);
        foreach (var writer in writing) await Assert.ThrowsAsync<StoreUnavailableException>(() => writer);
        Assert.NotNull(store.Fault);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Jobs.Changes(jobs[0], 0));

        await server.StartAgain();
        for (var i = 0; i < jobs.Length; i++)
        {
            var stored = (await store.Jobs.Changes(jobs[i], 0)).Count;
            // One write may have been stored whose answer the server did not live to give.
            Assert.InRange(stored, versions[i], versions[i] + 1);
            await store.Jobs.Append(jobs[i], stored, [Samples.Report(stored + 1)], null);
        }
        Assert.Null(store.Fault);
    }

    [Fact]
    public async Task A_reader_is_told_again_after_the_server_came_back()
    {
        await using var server = await SharedPostgres.Own();
        var connection = await server.CreateDatabase();
        await using var reader = await PostgresJobs.Open(connection);
        await using var writer = await PostgresJobs.Open(connection);
        var job = await PostgresJobs.Create(writer);
        await reader.Jobs.WaitForChanges(job, 0, Ct);
        await server.Stop(isCrash: true);
        await server.StartAgain();
        var reading = Task.Run(async () =>
        {
            while ((await reader.Jobs.Changes(job, 1)).Count == 0) await reader.Jobs.WaitForChanges(job, 1, Ct);
        }, Ct);
        await writer.Jobs.Append(job, 1, [Samples.Report(2)], null);
        await reading;
    }

    [Fact]
    public async Task A_full_disk_of_the_server_refuses_the_write_and_keeps_what_was_there()
    {
        using var folder = new TemporaryFolder();
        using var disk = SmallDisk.Mount(folder["disk"], megabytes: 4);
        if (disk is null) Assert.Skip("a small file system cannot be mounted here (needs root and tmpfs)");
        await using var server = await SharedPostgres.Own();
        await PostgresServer.Give(Directory.CreateDirectory(folder["disk/space"]).FullName);
        var connection = await server.CreateDatabase();
        await using var store = await PostgresJobs.Open(connection);
        await PostgresServer.Execute(connection, $"create tablespace small location '{folder["disk/space"]}'");
        await PostgresServer.Execute(connection, "alter table autoselect.events set tablespace small");
        var job = await PostgresJobs.Create(store);
        disk.Fill();

        var version = 1L;
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            for (; version < 5000; version++) await store.Jobs.Append(job, version, [Samples.Report(version + 1, points: 50)], null);
        });
        Assert.Contains("disk is full", error.Message);
        Assert.Equal(version, (await store.Jobs.Changes(job, 0)).Count);

        disk.Free();
        await store.Jobs.Append(job, version, [Samples.Report(version + 1, points: 50)], null);
        Assert.Null(store.Fault);
    }
}
