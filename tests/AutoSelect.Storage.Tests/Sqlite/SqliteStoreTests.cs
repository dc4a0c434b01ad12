using AutoSelect.Contracts;
using AutoSelect.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Storage.Tests;

public sealed class SqliteStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Database => folder["store.db"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

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
        var waiting = Enumerable.Range(0, 100)
            .Select(i => store.Jobs.WaitForChanges(new JobId($"nobody-{i % 10}"), 0, cancellation.Token)).ToList();
        await cancellation.CancelAsync();
        foreach (var wait in waiting) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
        Assert.Equal(0, store.Signals.Count);
    }

    [Fact]
    public async Task An_append_wakes_at_once_and_not_by_the_clock()
    {
        await using var store = SqliteStore.Open(Database, new FakeTimeProvider());
        var job = await Create(store);
        var waiting = Enumerable.Range(0, 10).Select(_ => store.Jobs.WaitForChanges(job, 1, Ct)).ToList();
        await store.Jobs.Append(job, 1, [Samples.Report(2)], null);
        await Task.WhenAll(waiting);
        waiting = [store.Jobs.WaitForChanges(job, 2, Ct)];
        Assert.True(await store.Jobs.Delete(job));
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task What_another_process_appends_is_noticed_by_the_clock()
    {
        var clock = new FakeTimeProvider();
        await using var store = SqliteStore.Open(Database, clock);
        await using var other = SqliteStore.Open(Database);
        var job = await Create(store);
        var waiting = store.Jobs.WaitForChanges(job, 1, Ct);
        await other.Jobs.Append(job, 1, [Samples.Report(2)], null);
        while (!waiting.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.Single(await store.Jobs.Changes(job, 1));
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
        var jobs = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Create(store)));
        disk.Fill();

        var versions = await Task.WhenAll(jobs.Select(async job =>
        {
            var version = 1L;
            var error = await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
            {
                for (; version < 5000; version++) await store.Jobs.Append(job, version, [Samples.Report(version + 1, points: 10)], null);
            });
            Assert.Contains("disk", error.Message);
            return version;
        }));

        await EachIsAt(versions);
        disk.Free();
        await Task.WhenAll(jobs.Select((job, i) => store.Jobs.Append(job, versions[i], [Samples.Report(versions[i] + 1)], null)));
        await EachIsAt([.. versions.Select(v => v + 1)]);

        async Task EachIsAt(long[] expected)
        {
            for (var i = 0; i < jobs.Length; i++) Assert.Equal(expected[i], (await store.Jobs.Changes(jobs[i], 0)).Count);
        }
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
