using AutoSelect.Contracts;

namespace AutoSelect.Storage;

/// <summary>
/// API keys in a SQLite file of their own, which only its owner can read. Several processes may have it open; it is made with the first
/// key.
/// </summary>
public sealed class SqliteKeyStore : IKeyStore, IAsyncDisposable
{
    private const string Create = """
        CREATE TABLE IF NOT EXISTS keys (
            id TEXT PRIMARY KEY, digest TEXT NOT NULL UNIQUE, created INTEGER NOT NULL, description TEXT NOT NULL) WITHOUT ROWID
        """;

    private readonly string path;
    private readonly SqliteWriter writer;
    private readonly SqliteReaders readers;

    /// <param name="path">File of the database.</param>
    /// <param name="time">Clock of failures; default the system's.</param>
    public SqliteKeyStore(string path, TimeProvider? time = null)
    {
        this.path = System.IO.Path.GetFullPath(path);
        writer = new SqliteWriter(this.path, time ?? TimeProvider.System);
        readers = new SqliteReaders(this.path);
    }

    public Task Add(KeyDescription key, string digest)
    {
        Prepare();
        return writer.Run(session =>
        {
            session.Script(Create);
            if (session.Number("SELECT count(*) FROM keys WHERE id = $0 OR digest = $1", key.Id, digest) > 0)
                throw new InvalidOperationException($"There is a key {key.Id} already, or the same key under another id.");
            return session.Execute(
                "INSERT INTO keys VALUES ($0, $1, $2, $3)", key.Id, digest, key.CreatedAt.UtcTicks, StoredJson.Write(key));
        });
    }

    public Task<KeyDescription?> Find(string digest) => Read<KeyDescription?>(null, session =>
        session.Text("SELECT description FROM keys WHERE digest = $0", digest) is { } json ? StoredJson.Read<KeyDescription>(json) : null);

    public Task<IReadOnlyList<KeyDescription>> List() => Read<IReadOnlyList<KeyDescription>>([], session =>
        session.Rows("SELECT description FROM keys ORDER BY created, id", row => StoredJson.Read<KeyDescription>(row.GetString(0))));

    public async Task<KeyDescription?> Revoke(string id, DateTimeOffset time) => !File.Exists(path) ? null : await writer.Run(session =>
    {
        session.Script(Create);
        if (session.Text("SELECT description FROM keys WHERE id = $0", id) is not { } json) return null;
        var key = StoredJson.Read<KeyDescription>(json);
        if (key.RevokedAt is not null) return key;
        var revoked = key with { RevokedAt = time };
        session.Execute("UPDATE keys SET description = $1 WHERE id = $0", id, StoredJson.Write(revoked));
        return revoked;
    });

    public Task<int> RemoveSessions(DateTimeOffset time) => !File.Exists(path) ? Task.FromResult(0) : writer.Run(session =>
    {
        session.Script(Create);
        // Sessions have ids of their own; the few of them are looked at one by one.
        var over = session.Rows("SELECT description FROM keys WHERE id LIKE 's%'", row => StoredJson.Read<KeyDescription>(row.GetString(0)))
            .Where(k => k.Session is not null && !k.IsGoodAt(time)).ToList();
        foreach (var key in over) session.Execute("DELETE FROM keys WHERE id = $0", key.Id);
        return over.Count;
    });

    public Task<string> Secret(string name, string made)
    {
        Prepare();
        return writer.Run(session =>
        {
            session.Script("CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
            session.Execute("INSERT INTO secrets VALUES ($0, $1) ON CONFLICT DO NOTHING", name, made);
            return session.Text("SELECT value FROM secrets WHERE name = $0", name)!;
        });
    }

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        readers.Dispose();
    }

    /// <summary>Makes the file for its owner alone, before SQLite makes it for everybody; its journal takes over the mode.</summary>
    private void Prepare()
    {
        if (File.Exists(path)) return;
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            OwnerFile.Open(path, FileMode.OpenOrCreate).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException(path, e);
        }
    }

    private async Task<T> Read<T>(T nothing, Func<SqliteSession, T> read)
    {
        if (!File.Exists(path)) return nothing;
        return await readers.Run(session =>
        {
            // The file of a process that was killed before its first key.
            var isReady = session.Number("SELECT count(*) FROM sqlite_schema WHERE name = 'keys'") > 0;
            return isReady ? read(session) : nothing;
        });
    }
}
