namespace AutoSelect.Storage.Tests;

public sealed class SqliteJobStoreTests : JobStoreContract, IAsyncDisposable
{
    private readonly OpenStores stores = new();

    public ValueTask DisposeAsync() => stores.DisposeAsync();

    protected override ValueTask<IJobStore> Open() => ValueTask.FromResult(stores.Open().Jobs);
}
