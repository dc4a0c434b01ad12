using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Storage.Postgres;
using AutoSelect.Testing.Postgres;

namespace AutoSelect.Storage.Tests.Postgres;

/// <summary>What goes wrong between a store and its server, with a real one.</summary>
public sealed class PostgresFaultTests(PostgresTemplate template) : IAsyncDisposable
{
    private const string KillOthers =
        "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";

    private readonly PostgresDatabase database = new(template);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_append_whose_connection_is_lost_is_stored_once(bool isCarriedOut)
    {
        await using var way = new CutConnection(await database.Connection());
        await using var store = await PostgresJobs.Open(way.Connection);
        var job = await PostgresJobs.Create(store);
        // Prepared, so that one request holds all of it.
        for (var version = 1; version < 5; version++) await store.Jobs.Append(job, version, [Samples.Report(version + 1)], null);
        await Cut(way, isCarriedOut, () => store.Jobs.Append(job, 5, [Samples.Report(6), Samples.Report(7)], Samples.Summary(job)));
        Assert.Equal(Enumerable.Range(1, 7).Select(n => (long)n), (await store.Jobs.Changes(job, 0)).Select(e => e.Number));
        await store.Jobs.Append(job, 7, [Samples.Report(8)], null);
        Assert.Null(store.Fault);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Appends_of_many_jobs_whose_connection_is_lost_are_each_stored_once(bool isCarriedOut)
    {
        await using var way = new CutConnection(await database.Connection());
        await using var store = await PostgresJobs.Open(way.Connection);
        var jobs = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => PostgresJobs.Create(store)));
        for (var version = 1; version <= 12; version++)
        {
            if (version % 3 == 0 && isCarriedOut) way.BeforeAnswer();
            else if (version % 3 == 0) way.BeforeRequest();
            await Task.WhenAll(jobs.Select(job => store.Jobs.Append(job, version, [Samples.Report(version + 1)], Samples.Summary(job))));
        }
        Assert.Equal(4, way.Cuts);
        var expected = Enumerable.Range(1, 13).Select(n => (long)n);
        foreach (var job in jobs) Assert.Equal(expected, (await store.Jobs.Changes(job, 0)).Select(e => e.Number));
    }

    [Fact]
    public async Task One_of_many_appends_that_the_server_cannot_keep_takes_no_other_with_it()
    {
        var store = await database.Open();
        var jobs = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostgresJobs.Create(store)));
        // A label's text is looked for by the server, which cannot do so with U+0000 in it.
        var labels = ImmutableSortedDictionary<string, string>.Empty.Add("team", "a\0b");
        var writes = jobs.Select((job, i) => store.Jobs.Append(job, 1, [Samples.Report(2)],
            i == 7 ? Samples.Summary(job) with { Labels = labels } : Samples.Summary(job))).ToList();
        for (var i = 0; i < writes.Count; i++)
        {
            var write = writes[i];
            if (i == 7) await Assert.ThrowsAsync<ArgumentException>(() => write);
            else await write;
            Assert.Equal(i == 7 ? 1 : 2, (await store.Jobs.Changes(jobs[i], 0)).Count);
        }
    }

    [Fact]
    public async Task What_waits_to_be_written_is_written_before_the_store_closes()
    {
        var store = await PostgresJobs.Open(await database.Connection());
        var jobs = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => PostgresJobs.Create(store)));
        var writes = jobs.Select(job => store.Jobs.Append(job, 1, [Samples.Report(2)], null)).ToList();
        await store.DisposeAsync();
        await Task.WhenAll(writes);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.Jobs.Append(jobs[0], 2, [Samples.Report(3)], null));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.Jobs.Find(jobs[0]));
    }

    [Fact]
    public async Task An_append_that_another_has_overtaken_while_its_connection_was_lost_is_a_conflict()
    {
        await using var way = new CutConnection(await database.Connection());
        await using var store = await PostgresJobs.Open(way.Connection);
        var other = await database.Open();
        var job = await PostgresJobs.Create(store);
        await other.Jobs.Append(job, 1, [Samples.Event(2, new JobPaused())], null);
        await Assert.ThrowsAsync<VersionConflictException>(
            () => Cut(way, isCarriedOut: true, () => store.Jobs.Append(job, 1, [Samples.Report(2)], null)));
        Assert.IsType<JobPaused>((await store.Jobs.Changes(job, 1)).Single().Change);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_job_is_created_once_whichever_of_its_writes_is_not_answered(int answered)
    {
        await using var way = new CutConnection(await database.Connection());
        await using var store = await PostgresJobs.Open(way.Connection);
        await PostgresJobs.Create(store);
        var spec = Samples.Spec("job");
        // Two inserts and the commit follow the making of the first event.
        var id = await store.Jobs.Create(spec, Samples.Start, job =>
        {
            if (way.Cuts == 0) way.BeforeAnswer(answered);
            return (Samples.Submitted(job, spec), Samples.Summary(job));
        });
        Assert.Equal(1, way.Cuts);
        Assert.Equal("job-2", id.Value);
        Assert.Equal(["job-1", "job-2"], (await store.Jobs.List(new JobQuery())).Jobs.Select(j => j.Id.Value));
        Assert.Single(await store.Jobs.Changes(id, 0));
    }

    [Fact]
    public async Task Connections_that_were_ended_are_replaced()
    {
        var store = await database.Open();
        var jobs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostgresJobs.Create(store)));
        for (var version = 1; version < 4; version++)
        {
            await database.Execute(KillOthers);
            await Task.WhenAll(jobs.Select(job => store.Jobs.Append(job, version, [Samples.Report(version + 1)], null)));
            await database.Execute(KillOthers);
            foreach (var job in jobs) Assert.Equal(version + 1, (await store.Jobs.Changes(job, 0)).Count);
        }
    }

    [Fact]
    public async Task An_append_whose_backend_is_ended_while_it_waits_for_another_writer_is_stored_once()
    {
        var store = await database.Open();
        var job = await PostgresJobs.Create(store);
        await using var source = Npgsql.NpgsqlDataSource.Create(PostgresConnection.Parse(await database.Connection()));
        await using var holder = await source.OpenConnectionAsync(Ct);
        await using var transaction = await holder.BeginTransactionAsync(Ct);
        await holder.Execute("select 1 from jobs for update");
        var appending = store.Jobs.Append(job, 1, [Samples.Report(2)], null);
        const string Blocked = "from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        while (await holder.Scalar<long>($"select count(pg_terminate_backend(pid)) {Blocked}") == 0) await Task.Delay(5, Ct);
        await transaction.RollbackAsync(Ct);
        await appending;
        Assert.Equal(2, (await store.Jobs.Changes(job, 0)).Count);
    }

    [Fact]
    public async Task A_text_that_the_server_cannot_keep_is_refused_as_such()
    {
        var store = await database.Open();
        var spec = Samples.Spec("job");
        var error = await Assert.ThrowsAsync<ArgumentException>(() => store.Jobs.Create(
            spec, Samples.Start, id => (Samples.Submitted(id, spec), Samples.Summary(id) with { Name = "a\0b" })));
        Assert.Contains("cannot keep", error.Message);
        Assert.Null(store.Fault);
        Assert.Empty((await store.Jobs.List(new JobQuery())).Jobs);
    }

    [Fact]
    public async Task A_database_that_takes_no_connections_gives_a_clear_error()
    {
        var store = await database.Open();
        await PostgresJobs.Create(store);
        var name = await PostgresServer.Execute(await database.Connection(), "select current_database()");
        await PostgresServer.Execute((await template.Server()).Connection, $"alter database {name} allow_connections false");
        var others = $"select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = '{name}'";
        await PostgresServer.Execute((await template.Server()).Connection, others);
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Leases.Devices());
        Assert.Contains("not currently accepting connections", error.Message);
        Assert.Equal(error.Message, store.Fault!.Reason);
    }

    private static async Task Cut(CutConnection way, bool isCarriedOut, Func<Task> write)
    {
        if (isCarriedOut) way.BeforeAnswer();
        else way.BeforeRequest();
        await write();
        Assert.Equal(1, way.Cuts);
    }
}
