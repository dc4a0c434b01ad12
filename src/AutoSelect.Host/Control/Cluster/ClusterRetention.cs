using AutoSelect.Host.Control.Retention;
using AutoSelect.Storage.Postgres;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control.Cluster;

/// <summary>
/// Removes by a policy what is kept no longer: of jobs one silo of the cluster at a time, whichever comes first; of logs each silo its own.
/// </summary>
internal sealed partial class ClusterRetention(
    PostgresStore store, ControlPaths paths, RetentionPolicy policy, Func<IReadOnlyCollection<string>> openLogs, TimeProvider time,
    ILogger<ClusterRetention> logger) : IAsyncDisposable
{
    /// <summary>Time between runs; the first comes at once.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromHours(1);

    private readonly CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;

    public void Start() => running = Task.Run(Run);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await running;
        stopping.Dispose();
    }

    /// <summary>One run.</summary>
    /// <returns>What was removed.</returns>
    public async Task<IReadOnlyList<Removal>> RunOnce(CancellationToken ct)
    {
        var own = new RetentionRun(store.Jobs, paths, logger);
        async Task<IReadOnlyList<Removal>> Carry(Func<Holding, bool> which)
        {
            var found = await RetentionFacts.Read(store.Jobs, paths, openLogs());
            return await own.Carry(RetentionPlan.Decide(policy, [.. found.Where(which)], time.GetUtcNow()), ct);
        }
        var logs = await Carry(c => c.Kind == Kept.Logs);
        return await store.RunAlone(PostgresTask.Retention, () => Carry(c => c.Kind != Kept.Logs)) is { } jobs ? [.. logs, .. jobs] : logs;
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
