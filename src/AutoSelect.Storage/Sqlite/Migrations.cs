using System.Globalization;

namespace AutoSelect.Storage;

/// <summary>
/// Brings a database to the layout of this build, or refuses it and leaves it as it is. One process does so at a time, in one transaction:
/// a process that is killed meanwhile leaves the layout of before.
/// </summary>
internal static class Migrations
{
    /// <summary>What makes the layout of a version from that of the one before, by that version.</summary>
    private static readonly (int Version, Action<SqliteSession, DateTimeOffset> Apply)[] Steps =
    [
        (2, OldLayout.Import), (3, (session, _) => session.Script(SqliteSchema.AddSharing)),
        (4, (session, _) => session.Script(SqliteSchema.AddLeaseChanges)),
    ];

    /// <exception cref="InvalidDataException">A newer build's layout, a damaged one, or no store at all.</exception>
    public static void Run(string path, TimeProvider time)
    {
        using var session = SqliteSession.Open(path);
        if (VersionIn(session) != SqliteSchema.Version)
        {
            // Another process may be at it.
            session.Execute("PRAGMA busy_timeout = 60000");
            session.Execute("BEGIN IMMEDIATE");
            try
            {
                // Again: it may be done.
                Apply(session, VersionIn(session), path, time);
                session.Execute("COMMIT");
            }
            catch
            {
                if (session.IsInTransaction) session.Execute("ROLLBACK");
                throw;
            }
        }
        session.Execute("PRAGMA journal_mode = WAL");
    }

    private static void Apply(SqliteSession session, int version, string path, TimeProvider time)
    {
        if (version == SqliteSchema.Version) return;
        if (version == 0)
        {
            session.Script(SqliteSchema.Create);
            version = 2;
        }
        // Nobody writes while the lock is held, so the copy is of what is brought over.
        else BackUp(path, version);
        foreach (var step in Steps.Where(s => s.Version > version)) step.Apply(session, time.GetUtcNow());
    }

    /// <summary>0 for an empty database.</summary>
    private static int VersionIn(SqliteSession session)
    {
        var tables = session.Rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'", row => row.GetString(0));
        if (tables.Count == 0) return 0;
        if (!tables.Contains("schema"))
        {
            if (OldLayout.IsIn(tables)) return 1;
            throw Refused(OldLayout.Tables.Any(tables.Contains)
                ? "it is damaged, or was brought over from an older layout in part" : "it is a database, but not of AutoSelect");
        }
        var version = (int)session.Number("SELECT version FROM schema");
        if (version > SqliteSchema.Version)
        {
            throw Refused(string.Create(CultureInfo.InvariantCulture,
                $"it has layout {version}, written by a newer AutoSelect; this one knows layouts up to {SqliteSchema.Version}"));
        }
        if (version < 2 || SqliteSchema.TablesOf(version).Except(tables).Any() || OldLayout.Tables.Any(tables.Contains))
            throw Refused($"its tables are not those of layout {version}: it is damaged, or was brought over from an older layout in part");
        return version;
    }

    /// <summary>A copy of the database as it was, beside it.</summary>
    private static void BackUp(string path, int version)
    {
        var copy = $"{path}.v{version}.bak";
        var unfinished = $"{copy}.{Environment.ProcessId}";
        File.Delete(unfinished);
        using (var session = SqliteSession.Open(path)) session.Execute("VACUUM INTO $0", unfinished);
        File.Move(unfinished, copy, overwrite: true);
    }

    private static InvalidDataException Refused(string why) => new($"{why}; it was left as it is");
}
