using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Testing;
using Microsoft.Data.Sqlite;

namespace AutoSelect.Storage.Tests;

public sealed class MigrationTests : IDisposable
{
    /// <summary>The layout of the first version, as its stores have it.</summary>
    private const string Layout1 = """
        PRAGMA journal_mode = WAL;
        CREATE TABLE IF NOT EXISTS jobs (id TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS rungs (job TEXT, rung INTEGER, json TEXT NOT NULL, PRIMARY KEY (job, rung)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS points (
            job TEXT, trial TEXT, step INTEGER, json TEXT NOT NULL, PRIMARY KEY (job, trial, step)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS epochs (id INTEGER PRIMARY KEY CHECK (id = 0), value INTEGER NOT NULL);
        """;

    private readonly TemporaryFolder folder = new();

    private string Database => folder["store.db"];

    private string Copy => Database + ".v1.bak";

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_old_job_becomes_one_event_with_all_that_was_known_of_it()
    {
        Old(Samples.Record(new JobId("digits-7")));
        await using var store = SqliteStore.Open(Database);
        var e = Assert.Single(await store.Jobs.Changes(new JobId("digits-7"), 0));
        var record = Assert.IsType<JobImported>(e.Change).Record;
        var expected = Samples.Record(new JobId("digits-7"));
        Assert.Equal((1L, 60.0), (e.Number, e.At));
        Assert.Equal(1, record.Version);
        Assert.Equal(Json(expected.Trials), Json(record.Trials));
        Assert.Equal(Json(expected.Rungs), Json(record.Rungs));
        Assert.Equal(Json(expected.Commits), Json(record.Commits));
        Assert.Null(record.Trials[1].Segments[^1].EndedAt);
        var summary = (await store.Jobs.Find(new JobId("digits-7")))!;
        Assert.Equal((JobPhase.Committed, "kfac", "spiral"), (summary.Phase, summary.Winner, summary.Workload));
        Assert.Equal(Samples.Start, summary.SubmittedAt);
        Assert.Equal(60, summary.ElapsedSeconds, 6);
    }

    [Fact]
    public async Task The_clock_of_an_old_job_goes_on_from_where_it_stood()
    {
        Old(
            Samples.Record(new JobId("a-1"), JobPhase.Probing),
            Samples.Record(new JobId("b-1"), JobPhase.Paused),
            Samples.Record(new JobId("c-1"), JobPhase.Completed));
        await using var store = SqliteStore.Open(Database);
        foreach (var (job, later) in ((string, double)[])[("a-1", 70), ("b-1", 60), ("c-1", 60)])
        {
            var e = Assert.Single(await store.Jobs.Changes(new JobId(job), 0));
            Assert.Equal(later, Assert.IsType<JobImported>(e.Change).Record.ClockAt(e.Time.AddSeconds(10)), 6);
        }
    }

    [Fact]
    public async Task A_job_that_was_only_submitted_is_probed()
    {
        Old(Samples.Record(new JobId("a-1"), JobPhase.Probing));
        Raw("UPDATE jobs SET json = replace(json, '\"phase\":\"Probing\"', '\"phase\":\"Submitted\"')");
        await using var store = SqliteStore.Open(Database);
        Assert.Equal(JobPhase.Probing, (await store.Jobs.Find(new JobId("a-1")))!.Phase);
    }

    [Theory]
    [InlineData(2, 4_000_000)]
    [InlineData(7, 8_000_000)]
    public async Task Tokens_go_on_above_the_old_ones(int epoch, long above)
    {
        var record = Samples.Record(new JobId("a-1"));
        Old(record with { Trials = [record.Trials[0], record.Trials[1] with { Segments = [Samples.Segment(4_000_001)] }] });
        Raw($"INSERT INTO epochs VALUES (0, {epoch})");
        await using var store = SqliteStore.Open(Database);
        await store.Leases.Put(Samples.Device("d"), "local");
        var token = (await store.Leases.Grant(new DeviceId("d"), new JobId("a-1"), Samples.Start, 1))!.Token;
        Assert.True(token > Math.Max(above, 4_000_011));
    }

    [Fact]
    public async Task A_job_of_layout_2_that_had_asked_goes_on_as_admitted()
    {
        Raw(SqliteSchema.Create);
        Raw("INSERT INTO devices VALUES ('d', 'local', $0)", Json(Samples.Device("d")));
        Raw("INSERT INTO demands (job, since, demand) VALUES ('a-1', 5, $0)",
            Json(new Demand { Job = new JobId("a-1"), Least = 1, Most = 2 }));
        Raw("INSERT INTO leases (token, device, job, expires, provider, price) VALUES (3, 'd', 'a-1', 7, 'local', 1)");
        await using var store = SqliteStore.Open(Database);
        var held = await store.Leases.HeldBy(new JobId("a-1"));
        Assert.Equal((true, "default", 3L), (held.IsAdmitted, Assert.Single(held.Leases).Lease.Project, held.Leases[0].Lease.Token));
        Assert.Equal(5, Assert.Single(await store.Leases.Demands()).Since.UtcTicks);
        Assert.True(File.Exists(Database + ".v2.bak"));
    }

    [Fact]
    public async Task Old_ids_are_not_used_again()
    {
        Old(Samples.Record(new JobId("digits-7")), Samples.Record(new JobId("digits-3")), Samples.Record(new JobId("odd")));
        await using var store = SqliteStore.Open(Database);
        await store.Jobs.Delete(new JobId("digits-7"));
        Assert.Equal(["digits-8", "odd-1"], [(await Create(store, "digits")).Value, (await Create(store, "odd")).Value]);
    }

    [Fact]
    public async Task A_copy_of_the_old_store_is_kept()
    {
        Old(Samples.Record(new JobId("a-1")));
        await using (SqliteStore.Open(Database)) { }
        await using (SqliteStore.Open(Database)) { }
        File.Move(Copy, Database, overwrite: true);
        Assert.Equal(["a-1"], Column("SELECT id FROM jobs"));
        Assert.Equal(3, Column("SELECT json FROM points").Count);
        await using var again = SqliteStore.Open(Database);
        Assert.NotNull(await again.Jobs.Find(new JobId("a-1")));
    }

    [Fact]
    public async Task Several_who_open_an_old_store_bring_it_over_once()
    {
        Old([.. Enumerable.Range(1, 20).Select(n => Samples.Record(new JobId($"a-{n}")))]);
        var stores = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => SqliteStore.Open(Database))));
        foreach (var store in stores)
        {
            Assert.Equal(20, (await store.Jobs.List(new JobQuery())).Jobs.Count);
            await store.DisposeAsync();
        }
        File.Move(Copy, Database, overwrite: true);
        Assert.Equal(20, Column("SELECT json FROM jobs").Count);
    }

    [Fact]
    public void A_job_that_cannot_be_read_is_named_and_the_store_left_as_it_is()
    {
        Old(Samples.Record(new JobId("a-1")), Samples.Record(new JobId("b-1")));
        Raw("UPDATE jobs SET json = '{\"id\":\"b-1\"}' WHERE id = 'b-1'");
        Assert.Contains("b-1", Assert.Throws<StoreUnavailableException>(() => SqliteStore.Open(Database)).Message);
        Assert.Equal(["a-1", "b-1"], Column("SELECT id FROM jobs ORDER BY id"));
        Assert.Equal(6, Column("SELECT json FROM points").Count);
        Assert.Empty(Column("SELECT name FROM sqlite_schema WHERE name IN ('schema', 'events', 'old_jobs')"));
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, RecordJson.Options);

    private static Task<JobId> Create(SqliteStore store, string name) =>
        store.Jobs.Create(Samples.Spec(name), Samples.Start, id => (Samples.Submitted(id, Samples.Spec(name)), Samples.Summary(id)));

    private void Old(params ReadOnlySpan<JobRecord> records)
    {
        Raw(Layout1);
        foreach (var record in records)
        {
            var job = record.Id.Value;
            var head = record with { Rungs = [], Trials = [.. record.Trials.Select(t => t with { Curve = [] })] };
            Raw("INSERT INTO jobs VALUES ($0, $1)", job, Json(head));
            foreach (var rung in record.Rungs) Raw("INSERT INTO rungs VALUES ($0, $1, $2)", job, rung.Rung, Json(rung));
            foreach (var (trial, point) in record.Trials.SelectMany(t => t.Curve.Select(p => (t.Id, p))))
                Raw("INSERT INTO points VALUES ($0, $1, $2, $3)", job, trial.Value, point.Step, Json(point));
        }
    }

    private void Raw(string sql, params ReadOnlySpan<object> values)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue($"${i}", values[i]);
        command.ExecuteNonQuery();
    }

    private List<string> Column(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read()) rows.Add(reader.GetString(0));
        return rows;
    }
}
