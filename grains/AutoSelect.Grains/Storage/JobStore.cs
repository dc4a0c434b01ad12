using System.Text.Json;
using System.Threading.Channels;
using AutoSelect.Contracts;
using Microsoft.Data.Sqlite;

namespace AutoSelect.Grains;

/// <summary>
/// The embedded store of a control process: one SQLite file, one writer thread, write-ahead log, full synchronisation. Writes that
/// wait together are committed together; a write is durable when its task completes. A job's record is rewritten without its
/// curves and rungs, which are appended, so a write stays small however long the curves grow.
/// </summary>
public sealed class JobStore : IAsyncDisposable
{
    private readonly Channel<PendingWrite> writes = Channel.CreateUnbounded<PendingWrite>(new() { SingleReader = true });
    private readonly Task writer;

    /// <summary>Opens or creates the store.</summary>
    /// <param name="path">File of the database; its folder is created.</param>
    /// <exception cref="StoreUnavailableException">The file cannot be opened, created or written.</exception>
    public JobStore(string path)
    {
        Path = path;
        SqliteConnection connection;
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            connection = StoreSchema.Open(path);
            connection.Execute(StoreSchema.Create);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException(path, e);
        }
        writer = Task.Factory.StartNew(() => WriteLoop(connection), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public string Path { get; }

    /// <summary>Reads what is stored; reading goes on while a write is under way.</summary>
    public JobStoreReader Reader => new(Path);

    /// <summary>Stores a job's record with new points and rungs, all or nothing.</summary>
    /// <param name="record">The record; its curves and rungs are not looked at.</param>
    /// <param name="points">Points to append; one that is stored already is left as it is.</param>
    /// <param name="rungs">Rungs to append; one that is stored already is left as it is.</param>
    /// <exception cref="StoreUnavailableException">Disk full, or the file cannot be written; nothing was stored.</exception>
    public Task Save(JobRecord record, IEnumerable<(TrialId Trial, CurvePoint Point)>? points = null, IEnumerable<RungRecord>? rungs = null)
    {
        var job = record.Id.Value;
        var statements = new List<(string Sql, object[] Values)>
        {
            (StoreSchema.PutJob, [job, JsonSerializer.Serialize(Head(record), RecordJson.Options)]),
        };
        foreach (var (trial, point) in points ?? [])
            statements.Add((StoreSchema.AddPoint, [job, trial.Value, point.Step, JsonSerializer.Serialize(point, RecordJson.Options)]));
        foreach (var rung in rungs ?? [])
            statements.Add((StoreSchema.AddRung, [job, rung.Rung, JsonSerializer.Serialize(rung, RecordJson.Options)]));
        return Write(connection =>
        {
            foreach (var (sql, values) in statements) connection.Execute(sql, values);
            return 0L;
        });
    }

    /// <summary>A number that grows with every call, over restarts.</summary>
    public Task<long> NextEpoch() => Write(connection => connection.Scalar(StoreSchema.NextEpoch));

    public async ValueTask DisposeAsync()
    {
        writes.Writer.TryComplete();
        await writer;
    }

    private static JobRecord Head(JobRecord record) =>
        record with { Rungs = [], Trials = [.. record.Trials.Select(t => t with { Curve = [] })] };

    private Task<long> Write(Func<SqliteConnection, long> work)
    {
        var pending = new PendingWrite(work, new(TaskCreationOptions.RunContinuationsAsynchronously));
        ObjectDisposedException.ThrowIf(!writes.Writer.TryWrite(pending), this);
        return pending.Done.Task;
    }

    private void WriteLoop(SqliteConnection connection)
    {
        using var owned = connection;
        var batch = new List<PendingWrite>();
        while (writes.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            batch.Clear();
            while (batch.Count < 256 && writes.Reader.TryRead(out var pending)) batch.Add(pending);
            Commit(connection, batch);
        }
    }

    private void Commit(SqliteConnection connection, List<PendingWrite> batch)
    {
        try
        {
            var results = new long[batch.Count];
            using (var transaction = connection.BeginTransaction())
            {
                for (var i = 0; i < batch.Count; i++) results[i] = batch[i].Work(connection);
                transaction.Commit();
            }
            for (var i = 0; i < batch.Count; i++) batch[i].Done.SetResult(results[i]);
        }
        catch (Exception e)
        {
            foreach (var pending in batch)
                pending.Done.TrySetException(e is SqliteException or IOException ? new StoreUnavailableException(Path, e) : e);
        }
    }

    private sealed record PendingWrite(Func<SqliteConnection, long> Work, TaskCompletionSource<long> Done);
}
