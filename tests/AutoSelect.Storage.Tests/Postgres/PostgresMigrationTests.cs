using AutoSelect.Storage.Postgres;
using AutoSelect.Testing.Postgres;
using Npgsql;

namespace AutoSelect.Storage.Tests.Postgres;

public sealed class PostgresMigrationTests(PostgresTemplate template)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_may_open_an_empty_database_at_once()
    {
        var connection = await Empty();
        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => PostgresJobs.Open(connection))));
        var jobs = await Task.WhenAll(stores.Select(Create));
        Assert.Equal(8, jobs.Distinct().Count());
        foreach (var store in stores) await store.DisposeAsync();
        var steps = await PostgresServer.Execute(connection, "select count(*) from autoselect.layouts");
        Assert.Equal((long)PostgresMigrations.Scripts.Count, steps);
    }

    [Fact]
    public void Scripts_are_numbered_without_gaps() =>
        Assert.Equal(Enumerable.Range(1, PostgresMigrations.Version), PostgresMigrations.Scripts.Select(s => s.Version));

    [Fact]
    public async Task An_older_layout_is_brought_to_that_of_this_build_and_keeps_what_it_holds()
    {
        var connection = await Empty();
        await using (var source = NpgsqlDataSource.Create(PostgresConnection.Parse(connection)))
            await PostgresMigrations.Run(source, [.. PostgresMigrations.Scripts.Take(1)], Ct);
        await PostgresServer.Execute(connection, "insert into autoselect.names values ('job', 41)");
        await using var store = await PostgresJobs.Open(connection);
        Assert.Equal("job-42", (await Create(store)).Value);
        Assert.Empty(await store.Leases.Devices());
    }

    [Fact]
    public async Task A_step_that_fails_leaves_the_layout_of_before()
    {
        var connection = await Empty();
        await (await PostgresJobs.Open(connection)).DisposeAsync();
        var next = PostgresMigrations.Version + 1;
        await using var source = NpgsqlDataSource.Create(PostgresConnection.Parse(connection));
        await Assert.ThrowsAsync<PostgresException>(() => PostgresMigrations.Run(
            source, [.. PostgresMigrations.Scripts, (next, "create table novelties (x int); select 1 / 0")], Ct));
        Assert.Equal(PostgresMigrations.Version, await PostgresServer.Execute(connection, "select max(version) from autoselect.layouts"));
        Assert.Equal(0L, await PostgresServer.Execute(connection, "select count(*) from pg_tables where tablename = 'novelties'"));
    }

    [Fact]
    public async Task A_newer_layout_is_refused_with_both_versions()
    {
        var connection = await Empty();
        await (await PostgresJobs.Open(connection)).DisposeAsync();
        await PostgresServer.Execute(connection, "insert into autoselect.layouts values (99)");
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => PostgresJobs.Open(connection));
        Assert.Contains("layout 99", error.Message);
        Assert.Contains($"up to {PostgresMigrations.Version}", error.Message);
    }

    [Theory]
    [InlineData("create schema autoselect; create table autoselect.customers (id int)", "not those of AutoSelect")]
    [InlineData("create schema autoselect; create table autoselect.layouts (version int)", "damaged")]
    public async Task Another_schema_of_that_name_is_refused_and_left_as_it_is(string script, string why)
    {
        var connection = await Empty();
        await PostgresServer.Execute(connection, script);
        Assert.Contains(why, (await Assert.ThrowsAsync<StoreUnavailableException>(() => PostgresJobs.Open(connection))).Message);
        Assert.Equal(1L, await PostgresServer.Execute(connection, "select count(*) from pg_tables where schemaname = 'autoselect'"));
    }

    [Fact]
    public async Task A_schema_that_an_administrator_has_made_is_used()
    {
        var connection = await Empty();
        await PostgresServer.Execute(connection, "create schema autoselect; create table public.notes (x int)");
        await using var store = await PostgresJobs.Open(connection);
        await Create(store);
    }

    [Fact]
    public async Task A_database_of_another_encoding_is_refused()
    {
        var server = await template.Server();
        await PostgresServer.Execute(server.Connection, "create database latin template template0 encoding 'LATIN1'");
        var connection = new NpgsqlConnectionStringBuilder(server.Connection) { Database = "latin" }.ToString();
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => PostgresJobs.Open(connection));
        Assert.Contains("LATIN1: it must be UTF8", error.Message);
    }

    private async Task<string> Empty() => await (await template.Server()).CreateDatabase();

    private static Task<Contracts.JobId> Create(PostgresStore store) => PostgresJobs.Create(store);
}
