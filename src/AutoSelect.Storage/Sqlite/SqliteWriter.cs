using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace AutoSelect.Storage;

/// <summary>
/// The one thread of a process that writes to a database. Writes that wait together are committed together, each behind a savepoint of its
/// own, so that one that fails takes no other with it. It starts with the first write: a process that only reads has none.
/// </summary>
internal sealed class SqliteWriter(string path, TimeProvider time) : IAsyncDisposable
{
    private const int MostInOneCommit = 256;

    /// <summary>SQLITE_CONSTRAINT.</summary>
    private const int ConstraintViolated = 19;

    private readonly Channel<Write> writes = Channel.CreateUnbounded<Write>(new() { SingleReader = true });
    private readonly Lock gate = new();
    private Task? loop;

    /// <summary>Set while commits fail, by the first that did; a write that is refused for what it is does not count.</summary>
    public StoreFault? Fault { get; private set; }

    /// <summary>Does the work in a transaction that nobody else writes in; what it did is durable when the task completes.</summary>
    /// <param name="work">Run on the writer's thread. When it throws, nothing of it is stored.</param>
    /// <param name="committed">Run after it became durable and before the task completes.</param>
    /// <exception cref="StoreUnavailableException">Nothing was stored.</exception>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public Task<T> Run<T>(Func<SqliteSession, T> work, Action? committed = null)
    {
        var write = new Write<T>(work, committed);
        ObjectDisposedException.ThrowIf(!writes.Writer.TryWrite(write), this);
        if (loop is null) Start();
        return write.Done.Task;
    }

    /// <summary>Completes when all writes have.</summary>
    public async ValueTask DisposeAsync()
    {
        writes.Writer.TryComplete();
        Task? running;
        lock (gate) running = loop;
        if (running is not null) await running;
    }

    private void Start()
    {
        lock (gate) loop ??= Task.Factory.StartNew(Loop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private void Loop()
    {
        SqliteSession? session = null;
        try
        {
            var batch = new List<Write>();
            while (writes.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            {
                batch.Clear();
                while (batch.Count < MostInOneCommit && writes.Reader.TryRead(out var write)) batch.Add(write);
                try
                {
                    session ??= SqliteSession.Open(path);
                    Commit(session, batch);
                    Fault = null;
                }
                catch (Exception e)
                {
                    Fault = new StoreFault(Translated(e).Message, Fault?.Since ?? time.GetTimestamp());
                    foreach (var write in batch) write.Fail(Translated(e));
                }
                foreach (var write in batch) write.Finish();
            }
        }
        finally
        {
            session?.Dispose();
        }
    }

    private void Commit(SqliteSession session, List<Write> batch)
    {
        session.Execute("BEGIN IMMEDIATE");
        try
        {
            foreach (var write in batch) Try(session, write);
            session.Execute("COMMIT");
        }
        catch
        {
            if (session.IsInTransaction) session.Execute("ROLLBACK");
            throw;
        }
    }

    private void Try(SqliteSession session, Write write)
    {
        session.Execute("SAVEPOINT one");
        try
        {
            write.Work(session);
        }
        catch (Exception e)
        {
            // A full disk or a damaged file is not this write's own matter: all of the batch will be told.
            if (!session.IsInTransaction || e is IOException or SqliteException { SqliteErrorCode: not ConstraintViolated }) throw;
            session.Execute("ROLLBACK TO one");
            write.Fail(Translated(e));
        }
        session.Execute("RELEASE one");
    }

    private Exception Translated(Exception e) =>
        e is SqliteException or IOException and not StoreUnavailableException ? new StoreUnavailableException(path, e) : e;

    /// <summary>What becomes of it is told once the whole batch is through: it may rest on others of the batch.</summary>
    private abstract class Write
    {
        protected Exception? Fault { get; private set; }

        public abstract void Work(SqliteSession session);

        public void Fail(Exception exception) => Fault ??= exception;

        public abstract void Finish();
    }

    private sealed class Write<T>(Func<SqliteSession, T> work, Action? committed) : Write
    {
        private T? result;

        public TaskCompletionSource<T> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override void Work(SqliteSession session) => result = work(session);

        public override void Finish()
        {
            if (Fault is not null)
            {
                Done.SetException(Fault);
                return;
            }
            committed?.Invoke();
            Done.SetResult(result!);
        }
    }
}
