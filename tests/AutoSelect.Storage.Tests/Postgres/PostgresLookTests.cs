using AutoSelect.Storage.Postgres;
using AutoSelect.Testing.Postgres;
using Npgsql;

namespace AutoSelect.Storage.Tests.Postgres;

/// <summary>Whether a store says that it takes writes, and how much it holds.</summary>
public sealed class PostgresLookTests(PostgresTemplate template) : IAsyncDisposable
{
    private readonly PostgresDatabase database = new(template);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task A_database_that_is_being_backed_up_takes_writes()
    {
        var (one, two) = (await database.Open(), await database.Open());
        await using var backup = new NpgsqlConnection(await database.Connection());
        await backup.OpenAsync(Ct);
        await using (await backup.BeginTransactionAsync(Ct))
        {
            await Execute(backup, "lock table autoselect.looks in access share mode");
            for (var i = 0; i < 3; i++)
            {
                var looks = await Task.WhenAll(one.WhyNotWritable(), two.WhyNotWritable()).WaitAsync(TimeSpan.FromMinutes(2), Ct);
                Assert.Equal([null, null], looks);
            }
            Assert.Equal(6L, await Execute(backup, "select count(*) from autoselect.looks"));
        }
        Assert.Null(await one.WhyNotWritable());
        Assert.Equal(1L, await Execute(backup, "select count(*) from autoselect.looks"));
    }

    [Fact]
    public async Task The_sizes_of_all_jobs_may_take_longer_than_a_command()
    {
        var job = await PostgresJobs.Create(await database.Open());
        // A second is the limit of whatever it is asked for: that is the sizes alone.
        var source = NpgsqlDataSource.Create(PostgresConnection.Parse(await database.Connection() + ";Command Timeout=1"));
        await using var store = new PostgresStore(source, new PostgresSessions(source, "", TimeProvider.System), TimeProvider.System);
        await using var other = new NpgsqlConnection(await database.Connection());
        await other.OpenAsync(Ct);
        await using var held = await other.BeginTransactionAsync(Ct);
        await Execute(other, "lock table autoselect.events in access exclusive mode");
        var sizes = store.Jobs.Sizes();
        // As one that scans for long.
        const string Waits = "select exists (select 1 from pg_stat_activity where datname = current_database() "
            + "and query like '%pg_column_size%' and pid <> pg_backend_pid() and now() - query_start > interval '1.5 s')";
        while (!sizes.IsCompleted && await PostgresServer.Execute(await database.Connection(), Waits) is not true) await Task.Delay(50, Ct);
        await held.RollbackAsync(Ct);
        Assert.Equal([job], (await sizes.WaitAsync(TimeSpan.FromMinutes(2), Ct)).Keys);
    }

    [Fact]
    public async Task A_database_that_takes_no_writes_says_why()
    {
        await database.Execute("create function autoselect.refuse() returns trigger language plpgsql as "
            + "$$ begin raise exception 'no room' using errcode = 'disk_full'; end $$");
        await database.Execute(
            "create trigger refuse before insert on autoselect.looks for each row execute function autoselect.refuse()");
        Assert.Contains("disk is full", await (await database.Open()).WhyNotWritable());
    }

    private static async Task<object?> Execute(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Ct);
    }
}
