using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace AutoSelect.Storage;

/// <summary>One connection with its prepared statements; for one thread at a time. Parameters are $0, $1, … in order.</summary>
internal sealed class SqliteSession : IDisposable
{
    private const int Patience = 30;

    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteCommand> statements = [];

    private SqliteSession(SqliteConnection connection) => this.connection = connection;

    /// <summary>False too once SQLite took a whole transaction back by itself, as it may on a full disk or a failed read.</summary>
    public bool IsInTransaction => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    /// <summary>Opens a database without changing anything in it.</summary>
    /// <exception cref="SqliteException">It is not there and cannot be created.</exception>
    public static SqliteSession Open(string path)
    {
        var text = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false, DefaultTimeout = Patience };
        var connection = new SqliteConnection(text.ToString());
        try
        {
            connection.Open();
            var session = new SqliteSession(connection);
            session.Execute($"PRAGMA busy_timeout = {Patience * 1000}");
            session.Execute("PRAGMA synchronous = FULL");
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <returns>Rows that were changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Statement(sql, values).ExecuteNonQuery();

    /// <summary>Several statements without parameters, not kept.</summary>
    public void Script(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>First column of the first row; 0 where there is none.</summary>
    public long Number(string sql, params ReadOnlySpan<object?> values) => Statement(sql, values).ExecuteScalar() as long? ?? 0;

    /// <summary>First column of the first row; null where there is none.</summary>
    public string? Text(string sql, params ReadOnlySpan<object?> values) => Statement(sql, values).ExecuteScalar() as string;

    public List<T> Rows<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var reader = Statement(sql, values).ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    /// <summary>Reads at one point in time, whatever is written meanwhile.</summary>
    public T Snapshot<T>(Func<SqliteSession, T> read)
    {
        Execute("BEGIN");
        try
        {
            return read(this);
        }
        finally
        {
            if (IsInTransaction) Execute("COMMIT");
        }
    }

    public void Dispose()
    {
        foreach (var statement in statements.Values) statement.Dispose();
        connection.Dispose();
    }

    private SqliteCommand Statement(string sql, ReadOnlySpan<object?> values)
    {
        if (!statements.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++) command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            statements.Add(sql, command);
        }
        for (var i = 0; i < values.Length; i++)
        {
            // SQLite knows no NaN; its place is taken by NULL, and Double reads it back.
            command.Parameters[i].Value = values[i] is null or double.NaN ? DBNull.Value : values[i];
        }
        return command;
    }
}

internal static class SqliteColumns
{
    public static double Double(this SqliteDataReader row, int column) => row.IsDBNull(column) ? double.NaN : row.GetDouble(column);

    public static DateTimeOffset Time(this SqliteDataReader row, int column) => new(row.GetInt64(column), TimeSpan.Zero);
}
