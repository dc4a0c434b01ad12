using System.Diagnostics;
using Npgsql;

namespace AutoSelect.Testing.Postgres;

/// <summary>
/// A real PostgreSQL of the test's own: in a temporary folder, reached by a Unix socket, gone with the process whatever ends it
/// (eng/postgres).
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Script = "postgres", Owner = "AUTOSELECT_POSTGRES_OWNER";

    private const int NotInstalled = 3;

    /// <summary>Nets against hanging: what waits on a busy machine, for a connection of the pool too, has time.</summary>
    private const string Patience = ";Timeout=60;Command Timeout=120";

    private readonly string folder;
    private readonly string[] settings;
    private int databases;

    private PostgresServer(string folder, string[] settings) => (this.folder, this.settings) = (folder, settings);

    /// <summary>Connection string of its first database.</summary>
    public string Connection { get; private set; } = "";

    /// <param name="settings">Settings of the server, name=value.</param>
    /// <returns>Null where PostgreSQL is not installed.</returns>
    public static async Task<PostgresServer?> Start(params string[] settings)
    {
        var server = new PostgresServer(Directory.CreateTempSubdirectory("autoselect-postgres-").FullName, settings);
        if (await server.TryStart()) return server;
        Directory.Delete(server.folder);
        return null;
    }

    /// <summary>Starts it again after a stop, with the databases it had.</summary>
    public async Task StartAgain()
    {
        if (!await TryStart()) throw new InvalidOperationException("PostgreSQL is not installed any more.");
    }

    /// <param name="isCrash">True to end it at once, as a crash does; it recovers from its log at the next start.</param>
    public async Task Stop(bool isCrash = false)
    {
        var (code, _, error) = await SourceTree.Run(Script, Owner, "stop", folder, isCrash ? "immediate" : "fast");
        if (code != 0) throw new InvalidOperationException($"PostgreSQL did not stop: {error}");
    }

    /// <summary>Makes a database.</summary>
    /// <param name="template">Of which it is a copy, nobody being connected to that; null for an empty one.</param>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabase(string? template = null)
    {
        var name = $"test_{Interlocked.Increment(ref databases)}";
        await Execute(Connection, $"create database {name} template {template ?? "template0"} encoding 'UTF8'");
        return new NpgsqlConnectionStringBuilder(Connection) { Database = name }.ToString();
    }

    /// <summary>Runs a statement on a connection of its own.</summary>
    public static async Task<object?> Execute(string connection, string sql)
    {
        var text = new NpgsqlConnectionStringBuilder(connection) { Pooling = false, IncludeErrorDetail = true };
        await using var opened = new NpgsqlConnection(text.ToString());
        await opened.OpenAsync();
        await using var command = new NpgsqlCommand(sql, opened);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Gives a folder, which two levels above may hide, to the user that servers run as.</summary>
    public static async Task Give(string folder)
    {
        const string script = "(chown postgres \"$0\" 2> /dev/null || chown nobody \"$0\") && chmod a+x \"$0/..\" \"$0/../..\"";
        using var giving = Process.Start("sh", ["-c", script, folder]);
        await giving.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await SourceTree.Run(Script, Owner, "stop", folder, "immediate");
        Directory.Delete(folder, recursive: true);
    }

    private async Task<bool> TryStart()
    {
        var (code, output, error) = await SourceTree.Run(Script, Owner, ["start", folder, .. settings]);
        if (code == NotInstalled) return false;
        Connection = code == 0 ? output.Trim() + Patience : throw new InvalidOperationException($"PostgreSQL did not start: {error}");
        return true;
    }
}
