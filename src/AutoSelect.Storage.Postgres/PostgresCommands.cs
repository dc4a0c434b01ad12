using Npgsql;

namespace AutoSelect.Storage.Postgres;

/// <summary>Statements with parameters $1, $2, … in order; null is NULL.</summary>
internal static class PostgresCommands
{
    /// <summary>Of a command's seconds.</summary>
    private const int NoLimit = 0;

    /// <returns>Rows that were changed.</returns>
    public static async Task<int> Execute(this NpgsqlConnection connection, string sql, params object?[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>The same of what may take as long as the database is large.</summary>
    public static async Task ExecuteLong(this NpgsqlConnection connection, string sql)
    {
        await using var command = Command(connection, sql, []);
        command.CommandTimeout = NoLimit;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>First column of the first row; default where there is none, or it is NULL.</summary>
    public static async Task<T?> Scalar<T>(this NpgsqlConnection connection, string sql, params object?[] values)
    {
        await using var command = Command(connection, sql, values);
        return await command.ExecuteScalarAsync() is T value ? value : default;
    }

    public static async Task<List<T>> Rows<T>(
        this NpgsqlConnection connection, string sql, Func<NpgsqlDataReader, T> read, params object?[] values)
    {
        await using var command = Command(connection, sql, values);
        return await Rows(command, read);
    }

    /// <summary>The same of what looks at all that there is; gives up after a time of its own.</summary>
    public static async Task<List<T>> LongRows<T>(
        this NpgsqlConnection connection, TimeSpan longest, string sql, Func<NpgsqlDataReader, T> read)
    {
        await using var command = Command(connection, sql, []);
        command.CommandTimeout = (int)longest.TotalSeconds;
        return await Rows(command, read);
    }

    private static async Task<List<T>> Rows<T>(NpgsqlCommand command, Func<NpgsqlDataReader, T> read)
    {
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<T>();
        while (await reader.ReadAsync()) rows.Add(read(reader));
        return rows;
    }

    public static DateTimeOffset Time(this NpgsqlDataReader row, int column) => new(row.GetInt64(column), TimeSpan.Zero);

    private static NpgsqlCommand Command(NpgsqlConnection connection, string sql, object?[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }
}
