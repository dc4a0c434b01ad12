using AutoSelect.Contracts;
using AutoSelect.Testing;
using Microsoft.Data.Sqlite;

namespace AutoSelect.Storage.Tests;

/// <summary>Backups of a single machine's store as docs/operations.md has them, made while jobs write.</summary>
public sealed class BackupTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_copy_that_sqlite_makes_while_jobs_write_is_one_state_of_all_of_them_and_can_be_gone_on_with()
    {
        await using var store = SqliteStore.Open(folder["store.db"]);
        var jobs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Create(store)));
        using var stopping = new CancellationTokenSource();
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var written = 0;
        var writing = Task.WhenAll(jobs.Select(job => Task.Run(async () =>
        {
            for (var version = 1L; !stopping.IsCancellationRequested; version += 2)
            {
                // Two at a time: a copy with one of them would be of no moment there was.
                await store.Jobs.Append(
                    job, version, [Samples.Report(version + 1), Samples.Report(version + 2)], Samples.Summary(job));
                if (Interlocked.Increment(ref written) == 100) reached.TrySetResult();
            }
        }, Ct)));
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(5), Ct);
        VacuumInto(folder["copy.db"]);
        var atCopy = Volatile.Read(ref written);
        await stopping.CancelAsync();
        await writing;

        await using var restored = SqliteStore.Open(folder["copy.db"]);
        var copied = 0;
        foreach (var job in jobs)
        {
            var (then, now) = (await restored.Jobs.Changes(job, 0), await store.Jobs.Changes(job, 0));
            Assert.Equal(1, then.Count % 2);
            Assert.Equal(now.Take(then.Count).Select(e => (e.Number, e.Time, StoredJson.Write(e.Change))),
                then.Select(e => (e.Number, e.Time, StoredJson.Write(e.Change))));
            copied += then.Count / 2;
            await restored.Jobs.Append(job, then.Count, [Samples.Report(then.Count + 1)], null);
        }
        Assert.InRange(copied, 100, atCopy + jobs.Length);
        Assert.Equal(new JobId("job-5"), await Create(restored));
    }

    private void VacuumInto(string copy)
    {
        using var connection = new SqliteConnection($"Data Source={folder["store.db"]};Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "vacuum into $copy";
        command.Parameters.AddWithValue("$copy", copy);
        command.ExecuteNonQuery();
    }

    private static Task<JobId> Create(SqliteStore store)
    {
        var spec = Samples.Spec("job");
        return store.Jobs.Create(spec, Samples.Start, id => (Samples.Submitted(id, spec), Samples.Summary(id)));
    }
}
