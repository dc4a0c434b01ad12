using AutoSelect.Storage.Postgres;
using AutoSelect.Testing.Postgres;

[assembly: AssemblyFixture(typeof(AutoSelect.Storage.Tests.Postgres.PostgresTemplate))]

namespace AutoSelect.Storage.Tests.Postgres;

/// <summary>A database with the layout of this build, of which tests get copies.</summary>
public sealed class PostgresTemplate : IAsyncDisposable
{
    private readonly SharedPostgres shared = new();
    private readonly SemaphoreSlim gate = new(1);
    private string? name;

    /// <summary>The server of all tests; the test is skipped where there is none.</summary>
    public Task<PostgresServer> Server() => shared.Server();

    public ValueTask DisposeAsync() => shared.DisposeAsync();

    public async Task<string> Copy()
    {
        var server = await Server();
        // PostgreSQL copies a template for one at a time.
        await gate.WaitAsync();
        try
        {
            return await server.CreateDatabase(name ??= await Make(server));
        }
        finally
        {
            gate.Release();
        }
    }

    private static async Task<string> Make(PostgresServer server)
    {
        var made = await server.CreateDatabase();
        await (await PostgresStore.Open(made)).DisposeAsync();
        var database = new Npgsql.NpgsqlConnectionStringBuilder(made).Database!;
        // The server takes a moment to see that the store has left, and copies a database that nobody uses.
        var users = $"select count(*) from pg_stat_activity where datname = '{database}'";
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while ((long)(await PostgresServer.Execute(server.Connection, users))! > 0) await Task.Delay(10, patience.Token);
        return database;
    }
}

/// <summary>A database of its own for a test, opened as often as the test asks.</summary>
public sealed class PostgresDatabase(PostgresTemplate template) : IAsyncDisposable
{
    private readonly List<PostgresStore> stores = [];
    private string? connection;

    public async Task<string> Connection() => connection ??= await template.Copy();

    /// <param name="settings">More of the connection string.</param>
    /// <param name="time">Its clock; null for the system's.</param>
    public async Task<PostgresStore> Open(string settings = "", TimeProvider? time = null)
    {
        var store = await PostgresStore.Open(await Connection() + settings, time);
        stores.Add(store);
        return store;
    }

    public async Task Execute(string sql) => await PostgresServer.Execute(await Connection(), sql);

    public async ValueTask Close()
    {
        foreach (var store in stores) await store.DisposeAsync();
        stores.Clear();
    }

    public async ValueTask DisposeAsync() => await Close();
}
