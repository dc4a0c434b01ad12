using AutoSelect.Storage.Postgres;

namespace AutoSelect.Storage.Tests.Postgres;

/// <summary>Tasks that one process of a cluster does at a time.</summary>
public sealed class PostgresTaskTests(PostgresTemplate template) : IAsyncDisposable
{
    private readonly PostgresDatabase database = new(template);

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task A_task_is_left_to_whoever_is_at_it_and_is_free_as_soon_as_that_is_done()
    {
        var (one, two) = (await database.Open(), await database.Open());
        for (var round = 0; round < 3; round++)
        {
            var did = await one.RunAlone(PostgresTask.Retention, async () => await Do(two) ?? "alone");
            Assert.Equal("alone", did);
            Assert.Equal("done", await Do(two));
        }
    }

    [Fact]
    public async Task A_task_that_fails_is_free_again_and_tells_why()
    {
        var (one, two) = (await database.Open(), await database.Open());
        var error = await Assert.ThrowsAsync<IOException>(
            () => one.RunAlone<string>(PostgresTask.Retention, () => throw new IOException("the disk is full")));
        Assert.Equal("the disk is full", error.Message);
        Assert.Equal("done", await Do(two));
    }

    [Fact]
    public async Task A_task_whose_connection_is_lost_is_free_and_keeps_what_it_did()
    {
        var (one, two) = (await database.Open(), await database.Open());
        var did = await one.RunAlone(PostgresTask.Retention, async () =>
        {
            await database.Execute(
                "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() "
                + "and pid <> pg_backend_pid() and query like '%advisory%'");
            return "done";
        });
        Assert.Equal("done", did);
        string? other;
        // The server takes a moment to end what it was told to.
        while ((other = await Do(two)) is null) await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.Equal("done", other);
    }

    private static Task<string?> Do(PostgresStore store) => store.RunAlone(PostgresTask.Retention, () => Task.FromResult("done"));
}
