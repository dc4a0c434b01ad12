using System.Diagnostics;
using AutoSelect.Storage.Postgres;
using AutoSelect.Testing.Postgres;
using Npgsql;

namespace AutoSelect.Storage.Tests.Postgres;

public sealed class PostgresMigrationTests(PostgresTemplate template)
{
    private static int Next => PostgresMigrations.Version + 1;

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
    public void Scripts_have_numbers_of_their_own_and_no_newer_one_is_needed_than_they_make() => Assert.All(
        PostgresMigrations.Scripts.Zip(PostgresMigrations.Scripts.Skip(1).Append((Version: int.MaxValue, Sql: ""))), pair =>
        {
            Assert.True(pair.First.Version < pair.Second.Version);
            Assert.InRange(PostgresMigrations.Least(pair.First.Version, pair.First.Sql), 1, pair.First.Version);
        });

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
            source, [.. PostgresMigrations.Scripts, (next, "-- least: 1\ncreate table novelties (x int); select 1 / 0")], Ct));
        Assert.Equal(PostgresMigrations.Version, await PostgresServer.Execute(connection, "select max(version) from autoselect.layouts"));
        Assert.Equal(0L, await PostgresServer.Execute(connection, "select count(*) from pg_tables where tablename = 'novelties'"));
    }

    [Fact]
    public async Task A_step_may_take_longer_than_a_command()
    {
        var connection = await Empty();
        await (await PostgresJobs.Open(connection)).DisposeAsync();
        // Npgsql tells of commands while somebody listens.
        using var listener = new ActivityListener
        {
            ShouldListenTo = told => told.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        var limits = new Dictionary<string, int>();
        var builder = new NpgsqlDataSourceBuilder(PostgresConnection.Parse(connection).ToString());
        builder.ConfigureTracing(tracing => tracing.ConfigureCommandEnrichmentCallback(
            (_, command) => limits[command.CommandText] = command.CommandTimeout));
        await using var source = builder.Build();
        const string step = "-- least: 1\ncreate table novelties (x int)";
        Assert.Equal(Next, await PostgresMigrations.Run(source, [.. PostgresMigrations.Scripts, (Next, step)], Ct));
        // 0 is none.
        Assert.Equal(0, limits[step]);
        Assert.Equal(1L, await PostgresServer.Execute(connection, "select count(*) from pg_tables where tablename = 'novelties'"));
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
    [InlineData(1, true)]
    [InlineData(int.MaxValue, false)]
    public async Task A_build_goes_on_with_a_newer_layout_where_that_says_so(int least, bool goesOn)
    {
        var connection = await Empty();
        await (await PostgresJobs.Open(connection)).DisposeAsync();
        await PostgresServer.Execute(
            connection, $"insert into autoselect.layouts (version, least) values ({Next}, {Math.Min(least, Next)})");
        if (goesOn)
        {
            await using var store = await PostgresJobs.Open(connection);
            await Create(store);
            return;
        }
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => PostgresJobs.Open(connection));
        Assert.Contains($"layout {Next}, written by a newer AutoSelect", error.Message);
        Assert.Contains($"this one knows layouts up to {PostgresMigrations.Version}", error.Message);
    }

    [Theory]
    [InlineData("-- least: 1\ncreate table more (x int)", true)]
    [InlineData("create table more (x int)", false)]
    public async Task A_layout_that_those_who_are_connected_cannot_go_on_with_is_not_made(string sql, bool goesOn)
    {
        var connection = await Empty();
        var running = await PostgresJobs.Open(connection);
        await using var source = NpgsqlDataSource.Create(PostgresConnection.Parse(connection));
        var making = PostgresMigrations.Run(source, [.. PostgresMigrations.Scripts, (Next, sql)], Ct);
        if (goesOn)
        {
            Assert.Equal(Next, await making);
            await Create(running);
            await running.DisposeAsync();
            return;
        }
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => making);
        Assert.Contains($"programs that know layouts up to {PostgresMigrations.Version}", error.Message);
        Assert.Contains($"layout {Next}", error.Message);
        Assert.Equal(PostgresMigrations.Version, await PostgresServer.Execute(connection, "select max(version) from autoselect.layouts"));
        await Create(running);
        await running.DisposeAsync();
        // The server takes a moment to see that they have ended.
        const string others = "select count(*) from pg_stat_activity where application_name like 'autoselect%' and state = 'idle'"
            + " and datname = current_database()";
        source.Clear();
        while ((long)(await PostgresServer.Execute(connection, others))! > 0) await Task.Delay(10, Ct);
        Assert.Equal(Next, await PostgresMigrations.Run(source, [.. PostgresMigrations.Scripts, (Next, sql)], Ct));
    }

    [Fact]
    public async Task A_program_of_before_layouts_were_told_counts_as_one_of_the_layout_it_runs_on()
    {
        var connection = await Empty();
        await (await PostgresJobs.Open(connection)).DisposeAsync();
        await PostgresServer.Execute(connection, "alter table autoselect.layouts drop column least");
        await using var old = NpgsqlDataSource.Create(connection + ";Application Name=autoselect");
        await using var opened = await old.OpenConnectionAsync(Ct);
        await using var source = NpgsqlDataSource.Create(PostgresConnection.Parse(connection));
        await Assert.ThrowsAsync<InvalidDataException>(
            () => PostgresMigrations.Run(source, [.. PostgresMigrations.Scripts, (Next, "create table more (x int)")], Ct));
        Assert.Equal(Next, await PostgresMigrations.Run(
            source, [.. PostgresMigrations.Scripts, (Next, "-- least: 1\ncreate table more (x int)")], Ct));
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
