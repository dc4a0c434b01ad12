namespace AutoSelect.Storage.Tests.Postgres;

/// <summary>
/// Whoever opens the store second has serializable statements: those that get in others' way are refused by the server and tried again.
/// </summary>
public sealed class PostgresJobStoreTests(PostgresTemplate template) : JobStoreContract, IAsyncDisposable
{
    private readonly PostgresDatabase database = new(template);
    private int opened;

    public ValueTask DisposeAsync() => database.DisposeAsync();

    protected override async ValueTask<IJobStore> Open() =>
        (await database.Open(opened++ % 2 == 0 ? "" : ";Options=-c default_transaction_isolation=serializable")).Jobs;
}

public sealed class PostgresKeyStoreTests(PostgresTemplate template) : KeyStoreContract, IAsyncDisposable
{
    private readonly PostgresDatabase database = new(template);

    public ValueTask DisposeAsync() => database.DisposeAsync();

    protected override async Task<IKeyStore> Open() => (await database.Open()).Keys;
}

public sealed class PostgresLeaseLedgerTests(PostgresTemplate template) : LeaseLedgerContract, IAsyncDisposable
{
    private readonly PostgresDatabase database = new(template);

    public ValueTask DisposeAsync() => database.DisposeAsync();

    protected override async ValueTask<ILeaseLedger> Open() => (await database.Open(time: Clock)).Leases;

    protected override async ValueTask<ILeaseLedger> Reopened()
    {
        await database.Close();
        return (await database.Open(time: Clock)).Leases;
    }
}

public sealed class PostgresAuditLogTests(PostgresTemplate template) : AuditLogContract, IAsyncDisposable
{
    private readonly PostgresDatabase database = new(template);

    public ValueTask DisposeAsync() => database.DisposeAsync();

    protected override async Task<IAuditLog> Open() => (await database.Open()).Audit;

    [Theory]
    [InlineData("update autoselect.audit set project = 'x'")]
    [InlineData("delete from autoselect.audit")]
    [InlineData("truncate autoselect.audit")]
    public async Task Entries_are_neither_changed_nor_removed(string sql)
    {
        await Open();
        var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => database.Execute(sql));
        Assert.Contains("neither changed nor removed", refused.Message);
    }
}
