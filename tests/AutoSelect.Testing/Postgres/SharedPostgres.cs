namespace AutoSelect.Testing.Postgres;

/// <summary>
/// One PostgreSQL of a test run, started by the first test that needs it. It does not wait for its disk, which no test makes fail.
/// </summary>
public sealed class SharedPostgres : IAsyncDisposable
{
    private const string Missing =
        "PostgreSQL is not installed here: install it (Debian: apt-get install postgresql), or name its programs in AUTOSELECT_POSTGRES";

    private readonly Lazy<Task<PostgresServer?>> server = new(() => PostgresServer.Start("fsync=off", "autovacuum=off"));

    /// <summary>The server; the test is skipped where there is none.</summary>
    public async Task<PostgresServer> Server()
    {
        var started = await server.Value;
        if (started is null) Assert.Skip(Missing);
        return started;
    }

    /// <summary>A server of the test's own, to be stopped and started.</summary>
    public static async Task<PostgresServer> Own(params string[] settings)
    {
        var started = await PostgresServer.Start(settings);
        if (started is null) Assert.Skip(Missing);
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        if (server.IsValueCreated && await server.Value is { } started) await started.DisposeAsync();
    }
}
