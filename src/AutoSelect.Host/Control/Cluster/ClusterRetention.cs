using AutoSelect.Host.Control.Retention;
using AutoSelect.Storage.Postgres;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control.Cluster;

/// <summary>
/// Removes by a policy what is kept no longer, and what is left of jobs that were removed before: of jobs one silo of the cluster at a
/// time, whichever comes first; of logs each silo its own.
/// </summary>
internal sealed partial class ClusterRetention(
    PostgresStore store, ControlPaths paths, RetentionPolicy policy, Func<IReadOnlyCollection<string>> openLogs, TimeProvider time,
    ILogger<ClusterRetention> logger) : IAsyncDisposable
{
    /// <summary>Time between runs; the first comes at once.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <summary>How long an end waits for what is being removed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    public void Start() => running = Task.Run(Run);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        try
        {
            // A removal that is under way may take for ever where the folder does not answer; the next run goes on with it.
            await running.WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            return;
        }
        stopping.Dispose();
    }

    /// <summary>One run.</summary>
    /// <returns>What was removed.</returns>
    public async Task<IReadOnlyList<Removal>> RunOnce(CancellationToken ct)
    {
        var own = new RetentionRun(store.Jobs, paths, logger);
        Task<IReadOnlyList<Removal>> Carry(IEnumerable<Holding> found) =>
            own.Carry(RetentionPlan.Decide(policy, [.. found], time.GetUtcNow()), ct);
        // First, and whatever becomes of the rest.
        var logs = await Carry(RetentionFacts.Logs(paths, openLogs()));
        var jobs = await store.RunAlone(PostgresTask.Retention, async () =>
        {
            await new JobRemoval(store.Jobs, paths, logger).Finish(ct);
            return await Carry(await RetentionFacts.OfJobs(store.Jobs, paths, policy));
        });
        return jobs is null ? logs : [.. logs, .. jobs];
    }

    private async Task Run()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await RunOnce(stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                LogNotRun(e);
            }
            await Task.Delay(Period, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What is kept no longer could not be removed; the next run is in an hour")]
    private partial void LogNotRun(Exception exception);
}
