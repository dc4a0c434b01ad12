using AutoSelect.Contracts;
using AutoSelect.Storage.Postgres;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Storage.Tests.Postgres;

public sealed class PostgresNoticeTests(PostgresTemplate template) : IAsyncDisposable
{
    private const string Listeners =
        "from pg_stat_activity where datname = current_database() and query = 'listen autoselect_jobs' and state = 'idle'";

    private readonly PostgresDatabase database = new(template);
    private readonly FakeTimeProvider clock = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task What_another_process_appends_wakes_at_once_and_not_by_the_clock()
    {
        await using var reader = await PostgresJobs.Open(await database.Connection(), clock);
        var writer = await database.Open();
        var job = await PostgresJobs.Create(writer);
        var waiting = await Listening(reader, job);
        await writer.Jobs.Append(job, 1, [Samples.Report(2)], null);
        await waiting;
        waiting = reader.Jobs.WaitForChanges(job, 2, Ct);
        await writer.Jobs.Delete(job);
        await waiting;
    }

    [Fact]
    public async Task Without_a_notice_what_another_process_appends_is_noticed_by_the_clock()
    {
        await using var reader = await PostgresJobs.Open(await database.Connection(), clock);
        var writer = await database.Open();
        var job = await PostgresJobs.Create(writer);
        var waiting = await Listening(reader, job);
        await database.Execute($"select pg_terminate_backend(pid) {Listeners}");
        await writer.Jobs.Append(job, 1, [Samples.Report(2)], null);
        while (!waiting.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.Single(await reader.Jobs.Changes(job, 1));
    }

    /// <summary>Waits for news of a job, once the reader's connection for them is there.</summary>
    private async Task<Task> Listening(PostgresStore reader, JobId job)
    {
        var waiting = reader.Jobs.WaitForChanges(job, 1, Ct);
        while (await Count() == 0) await Task.Delay(5, Ct);
        return waiting;
    }

    private async Task<long> Count() =>
        (long)(await Testing.Postgres.PostgresServer.Execute(await database.Connection(), $"select count(*) {Listeners}"))!;
}
