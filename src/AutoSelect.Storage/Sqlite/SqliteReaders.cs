using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace AutoSelect.Storage;

/// <summary>
/// Reads beside the writer, on a few connections that are used again; never on the caller's thread, which may be a grain's turn.
/// </summary>
internal sealed class SqliteReaders(string path) : IDisposable
{
    private readonly ConcurrentBag<SqliteSession> idle = [];
    private readonly SemaphoreSlim places = new(Math.Clamp(Environment.ProcessorCount, 2, 8));
    private volatile bool isClosed;

    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The store is closed.</exception>
    public async Task<T> Run<T>(Func<SqliteSession, T> read, CancellationToken ct = default)
    {
        await places.WaitAsync(ct);
        try
        {
            ObjectDisposedException.ThrowIf(isClosed, this);
            return await Task.Run(() => Read(read), CancellationToken.None);
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>Reads under way go on to their end.</summary>
    public void Dispose()
    {
        isClosed = true;
        CloseIdle();
    }

    private T Read<T>(Func<SqliteSession, T> read)
    {
        SqliteSession? session = null;
        try
        {
            if (!idle.TryTake(out session)) session = SqliteSession.Open(path);
            var result = read(session);
            idle.Add(session);
            if (isClosed) CloseIdle();
            return result;
        }
        catch (Exception e)
        {
            session?.Dispose();
            if (e is SqliteException or IOException or InvalidDataException or JsonException) throw new StoreUnavailableException(path, e);
            throw;
        }
    }

    private void CloseIdle()
    {
        while (idle.TryTake(out var session)) session.Dispose();
    }
}
