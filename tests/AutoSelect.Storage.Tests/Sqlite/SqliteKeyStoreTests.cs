using AutoSelect.Testing;

namespace AutoSelect.Storage.Tests;

public sealed class SqliteKeyStoreTests : KeyStoreContract, IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<SqliteKeyStore> opened = [];

    [Fact]
    public async Task Whoever_only_looks_makes_no_file()
    {
        await (await Open()).List();
        await (await Open()).Revoke("k1", DateTimeOffset.UnixEpoch);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var keys in opened) await keys.DisposeAsync();
        folder.Dispose();
    }

    protected override Task<IKeyStore> Open()
    {
        opened.Add(new SqliteKeyStore(folder["keys.db"]));
        return Task.FromResult<IKeyStore>(opened[^1]);
    }
}
