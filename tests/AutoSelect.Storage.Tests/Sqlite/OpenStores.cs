using AutoSelect.Testing;

namespace AutoSelect.Storage.Tests;

/// <summary>A database of its own for a test, opened as often as the test asks.</summary>
public sealed class OpenStores : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<SqliteStore> stores = [];

    public string Path => folder["store.db"];

    /// <param name="time">Its clock; null for the system's.</param>
    public SqliteStore Open(TimeProvider? time = null)
    {
        var store = SqliteStore.Open(Path, time);
        stores.Add(store);
        return store;
    }

    public async ValueTask Close()
    {
        foreach (var store in stores) await store.DisposeAsync();
        stores.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await Close();
        folder.Dispose();
    }
}
