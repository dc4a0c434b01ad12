namespace AutoSelect.Storage.Tests;

public sealed class SqliteLeaseLedgerTests : LeaseLedgerContract, IAsyncDisposable
{
    private readonly OpenStores stores = new();

    public ValueTask DisposeAsync() => stores.DisposeAsync();

    protected override ValueTask<ILeaseLedger> Open() => ValueTask.FromResult(stores.Open(Clock).Leases);

    protected override async ValueTask<ILeaseLedger> Reopened()
    {
        await stores.Close();
        return stores.Open(Clock).Leases;
    }
}
