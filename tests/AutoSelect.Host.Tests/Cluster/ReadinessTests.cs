using System.Net;
using AutoSelect.Host.Control;
using AutoSelect.Host.Control.Cluster;
using AutoSelect.Testing;
using AutoSelect.Testing.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Host.Tests.Cluster;

/// <summary>Whether a silo says of itself that it is ready, with a real PostgreSQL that goes away, and real disks that are full.</summary>
public sealed class ReadinessTests(SharedPostgres shared) : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly HttpClient http = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        http.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_silo_is_ready_while_its_database_is()
    {
        await using var server = await SharedPostgres.Own();
        var database = await server.CreateDatabase();
        await using var session = await Serve(database, folder.Path);
        await Becomes(session, HttpStatusCode.OK, "ready");

        await server.Stop(isCrash: true);
        var said = await Becomes(
            session, HttpStatusCode.ServiceUnavailable, "the database cannot be written: the server cannot be reached");
        Assert.DoesNotContain(database, said);
        using (var alive = await http.GetAsync(new Uri(session.Api, "livez"), Ct)) Assert.Equal(HttpStatusCode.OK, alive.StatusCode);

        await server.StartAgain();
        await Becomes(session, HttpStatusCode.OK, "ready");
    }

    [Fact]
    public async Task A_silo_whose_databases_disk_is_full_is_not_ready()
    {
        using var disk = SmallDisk.Mount(folder["disk"], megabytes: 32);
        if (disk is null) Assert.Skip("a small file system cannot be mounted here (needs root and tmpfs)");
        await using var server = await SharedPostgres.Own();
        await PostgresServer.Give(Directory.CreateDirectory(folder["disk/space"]).FullName);
        await PostgresServer.Execute(server.Connection, $"create tablespace small location '{folder["disk/space"]}'");
        await PostgresServer.Execute(server.Connection, "create database full_disk template template0 encoding 'UTF8' tablespace small");
        var database = new Npgsql.NpgsqlConnectionStringBuilder(server.Connection) { Database = "full_disk" }.ToString();
        await using var session = await Serve(database, folder["store"]);
        await Becomes(session, HttpStatusCode.OK, "ready");

        disk.Fill();
        await Becomes(session, HttpStatusCode.ServiceUnavailable, "s disk is full; free some space");
        disk.Free();
        await Becomes(session, HttpStatusCode.OK, "ready");
    }

    [Fact]
    public async Task A_silo_whose_shared_folder_is_full_is_not_ready()
    {
        using var disk = SmallDisk.Mount(folder["disk"], megabytes: 1);
        if (disk is null) Assert.Skip("a small file system cannot be mounted here (needs root and tmpfs)");
        await using var session = await Serve(await (await shared.Server()).CreateDatabase(), folder["store"], folder["disk"]);
        await Becomes(session, HttpStatusCode.OK, "ready");

        disk.Fill();
        var said = await Becomes(session, HttpStatusCode.ServiceUnavailable, "the shared folder cannot be written: its disk is full");
        Assert.DoesNotContain(folder.Path, said);
        disk.Free();
        await Becomes(session, HttpStatusCode.OK, "ready");
        Assert.Empty(Directory.EnumerateFiles(folder["disk"], ".ready*"));
    }

    [Theory]
    [InlineData(SiloStatus.Joining)]
    [InlineData(SiloStatus.ShuttingDown)]
    [InlineData(SiloStatus.Dead)]
    public async Task A_silo_that_is_no_active_member_is_not_ready(SiloStatus status)
    {
        var readiness = new SiloReadiness(() => status, [], TimeProvider.System, NullLogger.Instance);
        Assert.Equal([$"the silo is {status}, and must be Active"], await readiness.Reasons());
    }

    [Fact]
    public async Task A_check_that_does_not_come_back_is_told_and_not_begun_again()
    {
        var (time, begun, answer) = (new FakeTimeProvider(), 0, new TaskCompletionSource<string?>());
        var readiness = new SiloReadiness(() => SiloStatus.Active,
        [
            ("the folder", () =>
            {
                Interlocked.Increment(ref begun);
                return answer.Task;
            }),
        ], time, NullLogger.Instance);
        for (var i = 0; i < 2; i++)
        {
            var looking = readiness.Reasons();
            time.Advance(SiloReadiness.LongestAnswer);
            Assert.Equal(["the folder does not answer within 2 s"], await looking);
        }
        Assert.True(begun <= 1);
        answer.SetResult(null);
        Assert.Empty(await readiness.Reasons());
    }

    /// <summary>Asks until the answer is as expected: what was found is good for a second.</summary>
    private async Task<string> Becomes(ServeSession session, HttpStatusCode status, string says)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var text = "";
        while (!patience.IsCancellationRequested)
        {
            using var answer = await http.GetAsync(new Uri(session.Api, "readyz"), Ct);
            text = await answer.Content.ReadAsStringAsync(Ct);
            if (answer.StatusCode == status && text.Contains(says, StringComparison.Ordinal)) return text;
            await Task.Delay(100, Ct);
        }
        throw new TimeoutException($"The silo did not say \"{says}\"; at last it said: {text}");
    }

    private static Task<ServeSession> Serve(string database, string store, string? shared = null) => ServeSession.Start(
        new ServeOptions { Database = database, Paths = new ControlPaths(store) { Shared = shared ?? store } }, TimeProvider.System, Ct);
}
