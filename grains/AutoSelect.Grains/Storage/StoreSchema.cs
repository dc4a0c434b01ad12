using Microsoft.Data.Sqlite;

namespace AutoSelect.Grains;

/// <summary>Tables and statements of the embedded store.</summary>
internal static class StoreSchema
{
    public const string Create = """
        CREATE TABLE IF NOT EXISTS jobs (id TEXT PRIMARY KEY, json TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS rungs (job TEXT, rung INTEGER, json TEXT NOT NULL, PRIMARY KEY (job, rung)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS points (job TEXT, trial TEXT, step INTEGER, json TEXT NOT NULL, PRIMARY KEY (job, trial, step)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS epochs (id INTEGER PRIMARY KEY CHECK (id = 0), value INTEGER NOT NULL);
        """;

    public const string PutJob = "INSERT INTO jobs VALUES ($0, $1) ON CONFLICT (id) DO UPDATE SET json = excluded.json";
    public const string AddPoint = "INSERT INTO points VALUES ($0, $1, $2, $3) ON CONFLICT DO NOTHING";
    public const string AddRung = "INSERT INTO rungs VALUES ($0, $1, $2) ON CONFLICT DO NOTHING";
    public const string NextEpoch = "INSERT INTO epochs VALUES (0, 1) ON CONFLICT (id) DO UPDATE SET value = value + 1 RETURNING value";

    private const string Pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000;";

    public static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = 5 }.ToString());
        try
        {
            connection.Open();
            connection.Execute(Pragmas);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public static void Execute(this SqliteConnection connection, string sql, params object[] values)
    {
        using var command = connection.Command(sql, values);
        command.ExecuteNonQuery();
    }

    public static long Scalar(this SqliteConnection connection, string sql)
    {
        using var command = connection.Command(sql, []);
        return (long)command.ExecuteScalar()!;
    }

    public static List<string> Column(this SqliteConnection connection, string sql, params object[] values)
    {
        using var command = connection.Command(sql, values);
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read()) rows.Add(reader.GetString(0));
        return rows;
    }

    private static SqliteCommand Command(this SqliteConnection connection, string sql, object[] values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue($"${i}", values[i]);
        return command;
    }
}
