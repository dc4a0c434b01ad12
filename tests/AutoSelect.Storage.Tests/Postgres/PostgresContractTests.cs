namespace AutoSelect.Storage.Tests.Postgres;

public sealed class PostgresJobStoreTests(PostgresTemplate template) : JobStoreContract, IAsyncDisposable
{
    private readonly PostgresDatabase database = new(template);

    public ValueTask DisposeAsync() => database.DisposeAsync();

    protected override async ValueTask<IJobStore> Open() => (await database.Open()).Jobs;
}

public sealed class PostgresLeaseLedgerTests(PostgresTemplate template) : LeaseLedgerContract, IAsyncDisposable
{
    private readonly PostgresDatabase database = new(template);

    public ValueTask DisposeAsync() => database.DisposeAsync();

    protected override async ValueTask<ILeaseLedger> Open() => (await database.Open()).Leases;

    protected override async ValueTask<ILeaseLedger> Reopened()
    {
        await database.Close();
        return (await database.Open()).Leases;
    }
}

/// <summary>
/// The same where statements are serializable by default, so that appends which get in each other's way are refused by the server and try
/// again; transactions of several statements choose their level themselves.
/// </summary>
public sealed class SerializableJobStoreTests(PostgresTemplate template) : JobStoreContract, IAsyncDisposable
{
    private readonly PostgresDatabase database = new(template)
    {
        Settings = ";Options=-c default_transaction_isolation=serializable",
    };

    public ValueTask DisposeAsync() => database.DisposeAsync();

    protected override async ValueTask<IJobStore> Open() => (await database.Open()).Jobs;
}
