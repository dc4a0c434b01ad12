using System.Data;
using System.Text.Json;
using Npgsql;

namespace AutoSelect.Storage.Postgres;

/// <summary>
/// Runs work on connections of the pool, away from the caller's thread, which may be a grain's turn. What the server refuses because of
/// others is done again; what is wrong with the server is said in one kind of exception.
/// </summary>
internal sealed class PostgresSessions(NpgsqlDataSource source, string name, TimeProvider time)
{
    /// <summary>Attempts at a transaction that others get in the way of, with pauses of 1, 2, 4 … ms, at most 64.</summary>
    private const int MostAttempts = 12;

    private readonly Lock clearing = new();

    public string Name => name;

    public TimeProvider Time => time;

    /// <summary>Set while calls fail, by the first that did; one that is refused for what it is does not count.</summary>
    public StoreFault? Fault { get; private set; }

    /// <summary>Reads. A connection that turns out to be broken is replaced once: the server may have been restarted since.</summary>
    public Task<T> Read<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken ct = default) => Guarded(async () =>
    {
        try
        {
            return await OnConnection(read, ct);
        }
        catch (Exception e) when (PostgresFaults.IsOfConnection(e))
        {
            Clear();
            return await OnConnection(read, ct);
        }
    });

    /// <summary>Writes in a transaction, again and again where others get in its way.</summary>
    /// <param name="write">May be called several times; what it did counts only the last time.</param>
    public Task<T> Write<T>(Func<NpgsqlConnection, Task<T>> write) =>
        Guarded(() => Attempts(() => OnConnection(connection => InTransaction(connection, write))));

    /// <summary>Writes by one statement, again and again where others get in its way.</summary>
    public Task<T> WriteStatement<T>(Func<NpgsqlConnection, Task<T>> write) => Guarded(() => Attempts(() => OnConnection(write)));

    /// <summary>The same in a transaction, where what it did is taken back when it returns false.</summary>
    public Task<bool> TryWrite(Func<NpgsqlConnection, Task<bool>> write) => Guarded(() => Attempts(() => OnConnection(async connection =>
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted);
        if (!await write(connection)) return false;
        await transaction.CommitAsync();
        return true;
    })));

    /// <summary>
    /// Writes, and once more where the connection broke and nothing was stored. Whether anything was is looked up: a server that goes away
    /// while it commits may have done so.
    /// </summary>
    /// <param name="write">Does it in one statement, or in a transaction.</param>
    /// <param name="stored">Looks for what it may have stored over a connection that broke; null where that is nothing.</param>
    public Task<T> WriteOnce<T>(Func<NpgsqlConnection, Task<T>> write, Func<NpgsqlConnection, Task<T?>> stored) where T : struct =>
        Guarded(async () =>
        {
            try
            {
                return await Attempts(() => OnConnection(write));
            }
            catch (Exception e) when (PostgresFaults.IsOfConnection(e))
            {
                Clear();
                return await OnConnection(stored) ?? await Attempts(() => OnConnection(write));
            }
        });

    public static async Task<T> InTransaction<T>(NpgsqlConnection connection, Func<NpgsqlConnection, Task<T>> work)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted);
        var result = await work(connection);
        await transaction.CommitAsync();
        return result;
    }

    /// <exception cref="StoreUnavailableException">The server cannot be used.</exception>
    public async Task<T> Guarded<T>(Func<Task<T>> work)
    {
        try
        {
            var result = await Task.Run(work);
            Fault = null;
            return result;
        }
        catch (Exception e) when (PostgresFaults.IsOfValue(e))
        {
            throw new ArgumentException($"The store {name} cannot keep a text of it ({e.Message}).", e);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException or InvalidDataException or JsonException)
        {
            if (e is StoreUnavailableException) throw;
            var fault = new StoreUnavailableException(name, PostgresFaults.Rule(e), e);
            Fault = new StoreFault(fault.Message, Fault?.Since ?? time.GetTimestamp());
            throw fault;
        }
    }

    /// <summary>
    /// Takes all connections of before out of the pool. One caller at a time: Npgsql has a second one return at once, who would be given
    /// one that the first has not come to.
    /// </summary>
    public void Clear()
    {
        lock (clearing) source.Clear();
    }

    private async Task<T> OnConnection<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken ct = default)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        return await work(connection);
    }

    private async Task<T> Attempts<T>(Func<Task<T>> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await work();
            }
            catch (PostgresException e) when (PostgresFaults.IsOfOthers(e) && attempt < MostAttempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(1 << Math.Min(attempt - 1, 6)), time);
            }
        }
    }
}
