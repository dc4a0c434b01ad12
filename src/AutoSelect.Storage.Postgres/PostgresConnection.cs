using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace AutoSelect.Storage.Postgres;

/// <summary>Reads connection strings. Whatever is wrong with one, its text is not repeated: there may be a password in it.</summary>
internal static class PostgresConnection
{
    public const string Schema = "autoselect";

    private const string Form = "such as \"Host=db;Database=autoselect;Username=autoselect;Password=…\"";

    /// <exception cref="ArgumentException">It cannot be read, or names no host.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            ApplicationName = "autoselect",
            MaxPoolSize = 20,
            Timeout = 5,
            CommandTimeout = 15,
            MaxAutoPrepare = 50,
            AutoPrepareMinUsages = 2,
            // Seven statements at each use of a connection; nothing here leaves a session otherwise than it was.
            NoResetOnClose = true,
        };
        foreach (var (key, value) in Settings(text)) Set(builder, key, value);
        if (string.IsNullOrEmpty(builder.Host))
            throw new ArgumentException($"The connection string names no host: it must have one, {Form}.");
        // Details of errors hold what was being written; and every statement here means its own schema.
        (builder.IncludeErrorDetail, builder.SearchPath) = (false, Schema);
        // By it whoever changes the layout knows who is connected; the server keeps 63 bytes.
        var name = builder.ApplicationName ?? "";
        builder.ApplicationName = string.Create(
            CultureInfo.InvariantCulture, $"{(name.Length > 40 ? name[..40] : name)} (layout {PostgresMigrations.Version})");
        return builder;
    }

    /// <summary>What can be shown of it.</summary>
    public static string Name(NpgsqlConnectionStringBuilder text) =>
        $"PostgreSQL {text.Host}:{text.Port}/{text.Database ?? text.Username}";

    private static IEnumerable<(string Key, object Value)> Settings(string text)
    {
        var given = new DbConnectionStringBuilder();
        try
        {
            given.ConnectionString = text;
        }
        catch (ArgumentException)
        {
            // Its message may hold a part of the text.
            throw new ArgumentException($"The connection string cannot be read: it must be pairs of name and value, {Form}.");
        }
        return given.Keys!.Cast<string>().Select(key => (key, given[key]));
    }

    private static void Set(NpgsqlConnectionStringBuilder builder, string key, object value)
    {
        try
        {
            builder[key] = value;
        }
        catch (Exception e) when (
            e is ArgumentException or FormatException or InvalidCastException or OverflowException or KeyNotFoundException)
        {
            var isKnown = new NpgsqlConnectionStringBuilder().ContainsKey(key);
            throw new ArgumentException(
                isKnown ? $"The value of \"{key}\" in the connection string cannot be read."
                    : $"\"{key}\" in the connection string is no setting that is known: it must be one of Npgsql's, {Form}.");
        }
    }
}
