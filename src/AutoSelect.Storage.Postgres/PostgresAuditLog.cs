using AutoSelect.Contracts;

namespace AutoSelect.Storage.Postgres;

/// <summary>The audit log of a cluster: entries of all silos in one order.</summary>
internal sealed class PostgresAuditLog(PostgresSessions sessions) : IAuditLog
{
    public Task Add(AuditEntry entry) => sessions.Write(connection => connection.Execute(
        "insert into audit (project, entry) values ($1, $2::text::json)", entry.Project, StoredJson.Write(entry)));

    public async Task<AuditPage> Read(string? project, long after, int size)
    {
        var found = await sessions.Read(connection => connection.Rows(
            "select number, entry from audit where number > $1 and ($2::text is null or project = $2) order by number limit $3",
            row => (Number: row.GetInt64(0), Entry: StoredJson.Read<AuditEntry>(row.GetString(1))), after, project, (long)size));
        return new AuditPage([.. found.Select(f => f.Entry)], found.Count == 0 ? after : found[^1].Number);
    }
}
