using AutoSelect.Contracts;

namespace AutoSelect.Storage.Postgres;

/// <summary>API keys in a <see cref="PostgresStore"/>: one that is made or revoked at any silo counts at all of them at once.</summary>
internal sealed class PostgresKeyStore(PostgresSessions sessions) : IKeyStore
{
    public async Task Add(KeyDescription key, string digest)
    {
        var added = await sessions.Write(connection => connection.Execute(
            "insert into keys (id, digest, created, description) values ($1, $2, $3, $4::text::json) on conflict do nothing",
            key.Id, digest, key.CreatedAt.UtcTicks, StoredJson.Write(key)));
        if (added == 0) throw new InvalidOperationException($"There is a key {key.Id} already, or the same key under another id.");
    }

    public Task<KeyDescription?> Find(string digest) => sessions.Read(async connection =>
        await connection.Scalar<string>("select description::text from keys where digest = $1", digest) is { } json
            ? StoredJson.Read<KeyDescription>(json) : null);

    public async Task<IReadOnlyList<KeyDescription>> List() => await sessions.Read(connection => connection.Rows(
        "select description from keys order by created, id", row => StoredJson.Read<KeyDescription>(row.GetString(0))));

    public Task<int> RemoveSessions(DateTimeOffset time) => sessions.Write(async connection =>
    {
        // Sessions have ids of their own; the few of them are looked at one by one.
        var known = await connection.Rows(
            "select description from keys where id like 's%'", row => StoredJson.Read<KeyDescription>(row.GetString(0)));
        var over = known.Where(k => k.Session is not null && !k.IsGoodAt(time)).ToList();
        foreach (var key in over) await connection.Execute("delete from keys where id = $1", key.Id);
        return over.Count;
    });

    public Task<string> Secret(string name, string made) => sessions.Write(async connection =>
    {
        await connection.Execute("insert into secrets (name, value) values ($1, $2) on conflict do nothing", name, made);
        return (await connection.Scalar<string>("select value from secrets where name = $1", name))!;
    });

    public Task<KeyDescription?> Revoke(string id, DateTimeOffset time) => sessions.Write(async connection =>
    {
        if (await connection.Scalar<string>("select description::text from keys where id = $1 for update", id) is not { } json) return null;
        var key = StoredJson.Read<KeyDescription>(json);
        if (key.RevokedAt is not null) return key;
        var revoked = key with { RevokedAt = time };
        await connection.Execute("update keys set description = $2::text::json where id = $1", id, StoredJson.Write(revoked));
        return revoked;
    });
}
