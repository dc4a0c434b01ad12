using Npgsql;

namespace AutoSelect.Storage.Postgres;

/// <summary>
/// The store of a cluster: the schema "autoselect" of one PostgreSQL database, over one pool of connections. Any number of processes may
/// have it open; whoever opens it brings an older layout to that of this build, one process at a time.
/// </summary>
public sealed class PostgresStore : IAsyncDisposable
{
    /// <summary>Of what <see cref="WhyNotWritable"/> writes: not more than goes into one block of 8 KiB.</summary>
    private const int LookBytes = 4096;

    private readonly NpgsqlDataSource source;
    private readonly PostgresSessions sessions;
    private readonly JobAppends appends;
    private readonly JobNotices notices;

    internal PostgresStore(NpgsqlDataSource source, PostgresSessions sessions, TimeProvider time)
    {
        (this.source, this.sessions) = (source, sessions);
        var signals = new JobSignals();
        notices = new JobNotices(source, signals, time);
        appends = new JobAppends(sessions);
        Jobs = new PostgresJobStore(sessions, appends, signals, notices, time);
        Leases = new PostgresLeaseLedger(sessions);
        Keys = new PostgresKeyStore(sessions);
        Audit = new PostgresAuditLog(sessions);
    }

    /// <summary>Host, port and database, for people; without the user's name and the password.</summary>
    public string Name => sessions.Name;

    public IJobStore Jobs { get; }

    public ILeaseLedger Leases { get; }

    public IKeyStore Keys { get; }
    public IAuditLog Audit { get; }

    /// <summary>Why the latest calls failed; null while they do not.</summary>
    public StoreFault? Fault => sessions.Fault;

    internal PostgresSessions Sessions => sessions;

    /// <summary>Opens a store; makes its tables in a database that has none.</summary>
    /// <param name="connection">
    /// A connection string of Npgsql, such as "Host=db;Database=autoselect;Username=autoselect;Password=…". Defaults that differ from
    /// Npgsql's: at most 20 connections, 5 s to connect, 15 s a command, and none is reset before it is used again.
    /// </param>
    /// <param name="time">Clock of waiting readers and of pauses; default the system's.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ArgumentException">The text is no connection string; the message does not repeat it.</exception>
    /// <exception cref="StoreUnavailableException">
    /// The server cannot be reached or used, or the database has a newer build's layout, or is none of AutoSelect; it was left as it is.
    /// </exception>
    public static async Task<PostgresStore> Open(string connection, TimeProvider? time = null, CancellationToken ct = default)
    {
        var text = PostgresConnection.Parse(connection);
        var source = NpgsqlDataSource.Create(text);
        var sessions = new PostgresSessions(source, PostgresConnection.Name(text), time ?? TimeProvider.System);
        try
        {
            await sessions.Guarded(() => PostgresMigrations.Run(source, PostgresMigrations.Scripts, ct));
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
        return new PostgresStore(source, sessions, time ?? TimeProvider.System);
    }

    /// <summary>
    /// Writes as jobs do, and takes room for it on the server's disk. What it writes is told to nobody and costs no log of the server.
    /// </summary>
    /// <returns>Why it cannot be written, without the server's name; null where it can.</returns>
    public async Task<string?> WhyNotWritable()
    {
        try
        {
            await sessions.WriteOnce(Look, _ => Task.FromResult<int?>(null));
            return null;
        }
        catch (StoreUnavailableException e)
        {
            return PostgresFaults.Rule(e.Cause ?? e);
        }
    }

    /// <summary>
    /// Emptied first: room that an earlier look has left would be there on a full disk too. Nobody is waited for with it: a backup has all
    /// tables open for reading to its end, and others would wait behind whoever waits. Then the row takes room of its own, beside those of
    /// before, until a look finds the table to itself again.
    /// </summary>
    private static async Task<int> Look(NpgsqlConnection connection)
    {
        Task<int> Insert() => connection.Execute("insert into looks (filler) values ($1)", new byte[LookBytes]);
        try
        {
            return await PostgresSessions.InTransaction(connection, async c =>
            {
                await c.Execute("lock table looks in access exclusive mode nowait");
                await c.Execute("truncate looks");
                return await Insert();
            });
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            return await Insert();
        }
    }

    /// <summary>
    /// Does a task unless another process is at it. The lock goes with the connection that holds it: a task must do no harm where a second
    /// process begins it after the server was away.
    /// </summary>
    /// <returns>What the task returned; null where another process does it.</returns>
    /// <exception cref="StoreUnavailableException">The server cannot be used.</exception>
    public async Task<T?> RunAlone<T>(PostgresTask task, Func<Task<T>> work) where T : class
    {
        await using var connection = await sessions.Guarded(async () => await source.OpenConnectionAsync());
        if (!await sessions.Guarded(() => connection.Scalar<bool>("select pg_try_advisory_lock($1)", (long)task))) return null;
        try
        {
            return await work();
        }
        finally
        {
            // A connection that goes back to the pool stays as it is.
            await LetGo(connection, task);
        }
    }

    private async Task LetGo(NpgsqlConnection connection, PostgresTask task)
    {
        try
        {
            await connection.Execute("select pg_advisory_unlock($1)", (long)task);
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // Where the connection is not gone yet, and the lock with it, it goes when it comes back to the pool.
            sessions.Clear();
        }
    }

    /// <summary>Completes when all appends have; whatever is asked of the store from then on fails.</summary>
    public async ValueTask DisposeAsync()
    {
        await appends.DisposeAsync();
        await notices.DisposeAsync();
        await source.DisposeAsync();
    }
}
