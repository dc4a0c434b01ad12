using Microsoft.Data.Sqlite;

namespace AutoSelect.Storage;

/// <summary>
/// The embedded store: one SQLite file with a write-ahead log and full synchronisation. Several processes may have it open; one that only
/// reads starts no writer. Whoever opens it brings an older layout to that of this build and keeps a copy beside it.
/// </summary>
public sealed class SqliteStore : IAsyncDisposable
{
    private readonly SqliteWriter writer;
    private readonly SqliteReaders readers;

    private SqliteStore(string path, TimeProvider time)
    {
        Path = path;
        writer = new SqliteWriter(path, time);
        readers = new SqliteReaders(path);
        Signals = new JobSignals();
        Jobs = new SqliteJobStore(writer, readers, Signals, time);
        Leases = new SqliteLeaseLedger(writer, readers, time);
    }

    /// <summary>File of the database.</summary>
    public string Path { get; }

    public IJobStore Jobs { get; }

    public ILeaseLedger Leases { get; }

    /// <summary>Why the latest writes failed; null while they do not.</summary>
    public StoreFault? Fault => writer.Fault;

    internal JobSignals Signals { get; }

    /// <summary>Opens or creates a store.</summary>
    /// <param name="path">File of the database; its folder is created.</param>
    /// <param name="time">Clock of waiting readers and of an import; default the system's.</param>
    /// <exception cref="StoreUnavailableException">
    /// The file cannot be opened or created, has a newer build's layout, is damaged, or is no store; it was left as it is.
    /// </exception>
    public static SqliteStore Open(string path, TimeProvider? time = null)
    {
        try
        {
            path = System.IO.Path.GetFullPath(path);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            Migrations.Run(path, time ?? TimeProvider.System);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new StoreUnavailableException(path, e);
        }
        return new SqliteStore(path, time ?? TimeProvider.System);
    }

    /// <summary>Fails now instead of at the first write where the store is read-only.</summary>
    /// <exception cref="StoreUnavailableException">It cannot be written.</exception>
    public Task CheckWritable() => writer.Run(session => session.Execute("UPDATE schema SET version = version"));

    /// <summary>Completes when all writes have; whatever is asked of the store from then on fails.</summary>
    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        readers.Dispose();
    }
}
