using AutoSelect.Contracts;
using AutoSelect.Testing;
using Microsoft.Data.Sqlite;

namespace AutoSelect.Storage.Tests;

public sealed class SqliteStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Database => folder["store.db"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Many_may_create_the_store_at_once()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => SqliteStore.Open(Database))));
        foreach (var store in stores)
        {
            await Create(store);
            await store.DisposeAsync();
        }
    }

    [Fact]
    public void A_folder_that_cannot_be_made_gives_a_clear_error()
    {
        File.WriteAllText(folder["file"], "not a folder");
        var error = Assert.Throws<StoreUnavailableException>(() => SqliteStore.Open(Path.Combine(folder["file"], "store.db")));
        Assert.Contains(folder["file"], error.Message);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_left_as_it_is()
    {
        var text = string.Concat(Enumerable.Repeat("notes of somebody\n", 200));
        File.WriteAllText(Database, text);
        Assert.Contains("no database", Assert.Throws<StoreUnavailableException>(() => SqliteStore.Open(Database)).Message);
        Assert.Equal(text, File.ReadAllText(Database));
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("CREATE TABLE customers (id INTEGER)", "not of AutoSelect")]
    [InlineData("CREATE TABLE jobs (id TEXT); CREATE TABLE points (job TEXT)", "in part")]
    [InlineData("CREATE TABLE schema (version INTEGER); INSERT INTO schema VALUES (2)", "layout 2")]
    public void Another_database_is_refused_and_left_as_it_is(string script, string why)
    {
        Raw(script);
        var before = File.ReadAllBytes(Database);
        Assert.Contains(why, Assert.Throws<StoreUnavailableException>(() => SqliteStore.Open(Database)).Message);
        Assert.Equal(before, File.ReadAllBytes(Database));
    }

    [Fact]
    public async Task A_newer_layout_is_refused_with_both_versions()
    {
        await using (var store = SqliteStore.Open(Database)) await Create(store);
        Raw("UPDATE schema SET version = 99; CREATE TABLE novelties (x INTEGER)");
        var error = Assert.Throws<StoreUnavailableException>(() => SqliteStore.Open(Database));
        Assert.Contains("layout 99", error.Message);
        Assert.Contains($"up to {SqliteSchema.Version}", error.Message);
    }

    [Fact]
    public async Task Lists_read_no_event()
    {
        await using var store = SqliteStore.Open(Database);
        var job = await Create(store);
        Raw("UPDATE events SET change = 'unreadable'");
        Assert.Equal(job, Assert.Single((await store.Jobs.List(new JobQuery())).Jobs).Id);
        Assert.NotNull(await store.Jobs.Find(job));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Jobs.Changes(job, 0));
    }

    [Fact]
    public async Task The_database_itself_allows_one_lease_a_device()
    {
        await using (SqliteStore.Open(Database))
        {
            const string lease = "INSERT INTO leases (token, device, job, expires, provider, lost) VALUES ";
            Raw(lease + "(1, 'd', 'a-1', 0, '', NULL), (2, 'd', 'b-1', 0, '', 'lost')");
            Assert.Equal(19, Assert.Throws<SqliteException>(() => Raw(lease + "(3, 'd', 'b-1', 0, '', NULL)")).SqliteErrorCode);
        }
    }

    [Fact]
    public async Task Who_has_waited_leaves_nothing_behind()
    {
        await using var store = SqliteStore.Open(Database);
        using var cancellation = new CancellationTokenSource();
        var waiting = Enumerable.Range(0, 100).Select(i => store.Jobs.WaitForChanges(new JobId($"nobody-{i % 10}"), 0, cancellation.Token)).ToList();
        await cancellation.CancelAsync();
        foreach (var wait in waiting) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        Assert.Equal(0, store.Signals.Count);
    }

    [Fact]
    public async Task What_waits_to_be_written_is_written_before_the_store_closes()
    {
        var store = SqliteStore.Open(Database);
        var job = await Create(store);
        var writes = Enumerable.Range(1, 100).Select(v => store.Jobs.Append(job, v, [Samples.Report(v + 1)], null)).ToList();
        await store.DisposeAsync();
        await Task.WhenAll(writes);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.Jobs.Append(job, 101, [Samples.Report(102)], null));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => store.Jobs.Find(job));
        await using var again = SqliteStore.Open(Database);
        Assert.Equal(101, (await again.Jobs.Changes(job, 0)).Count);
    }

    [Fact]
    public async Task A_full_disk_refuses_the_write_and_keeps_what_was_there()
    {
        using var disk = SmallDisk.Mount(folder["disk"], megabytes: 2);
        if (disk is null) Assert.Skip("a small file system cannot be mounted here (needs root and tmpfs)");
        await using var store = SqliteStore.Open(Path.Combine(folder["disk"], "store.db"));
        var job = await Create(store);
        disk.Fill();

        var version = 1L;
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            for (; version < 5000; version++) await store.Jobs.Append(job, version, [Samples.Report(version + 1, points: 10)], null);
        });

        Assert.Contains("disk", error.Message);
        Assert.Equal(version, (await store.Jobs.Changes(job, 0)).Count);
        disk.Free();
        await store.Jobs.Append(job, version, [Samples.Report(version + 1)], null);
        Assert.Equal(version + 1, (await store.Jobs.Changes(job, 0))[^1].Number);
    }

    [Fact]
    public async Task A_read_only_disk_gives_a_clear_error()
    {
        using var disk = SmallDisk.Mount(folder["disk"], megabytes: 2);
        if (disk is null) Assert.Skip("a small file system cannot be mounted here (needs root and tmpfs)");
        var path = Path.Combine(folder["disk"], "store.db");
        await using (var store = SqliteStore.Open(path))
        {
            await Create(store);
            await store.CheckWritable();
        }
        disk.MakeReadOnly();
        Assert.Contains("give a writable folder", Assert.Throws<StoreUnavailableException>(() => SqliteStore.Open(path)).Message);
    }

    private static Task<JobId> Create(SqliteStore store)
    {
        var spec = Samples.Spec("job");
        return store.Jobs.Create(spec, Samples.Start, id => (Samples.Submitted(id, spec), Samples.Summary(id)));
    }

    private void Raw(string script)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = script;
        command.ExecuteNonQuery();
    }
}
