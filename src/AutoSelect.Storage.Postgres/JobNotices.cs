using System.Threading.Channels;
using AutoSelect.Contracts;
using Npgsql;

namespace AutoSelect.Storage.Postgres;

/// <summary>
/// Tells the readers of other processes that there is news of a job, and is told by them. A hint: a notice that is lost costs its reader a
/// second. It is sent after the write it tells of, many jobs in one, since a transaction that notifies commits alone in its database.
/// </summary>
internal sealed class JobNotices(NpgsqlDataSource source, JobSignals signals, TimeProvider time) : IAsyncDisposable
{
    private const string Channel = "autoselect_jobs";

    private const int MostInOne = 500;

    /// <summary>Time without a notice after which the connection is tried; also that between attempts at a new one.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Channel<JobId> news = System.Threading.Channels.Channel.CreateBounded<JobId>(
        new BoundedChannelOptions(10_000) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private Task? listening;
    private Task? sending;

    /// <summary>Sees to it that signals are raised for what others write; a process without readers has no connection for it.</summary>
    public void Listen()
    {
        if (listening is not null) return;
        lock (gate) listening ??= Task.Run(ListenToOthers);
    }

    /// <summary>Tells others of a job soon.</summary>
    public void Post(JobId job)
    {
        news.Writer.TryWrite(job);
        if (sending is not null) return;
        lock (gate) sending ??= Task.Run(SendToOthers);
    }

    public async ValueTask DisposeAsync()
    {
        news.Writer.TryComplete();
        await stopping.CancelAsync();
        await Task.WhenAll(sending ?? Task.CompletedTask, listening ?? Task.CompletedTask);
        stopping.Dispose();
    }

    private async Task SendToOthers()
    {
        var jobs = new HashSet<string>();
        while (await news.Reader.WaitToReadAsync())
        {
            jobs.Clear();
            while (jobs.Count < MostInOne && news.Reader.TryRead(out var job)) jobs.Add(job.Value);
            try
            {
                await using var connection = await source.OpenConnectionAsync();
                await connection.Execute("select pg_notify($1, job) from unnest($2::text[]) as job", Channel, jobs.ToArray());
            }
            catch (Exception e) when (IsOfServer(e))
            {
                // Who waits looks by itself.
            }
        }
    }

    private async Task ListenToOthers()
    {
        const string listen = $"listen {Channel}";
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await using var connection = await source.OpenConnectionAsync(stopping.Token);
                connection.Notification += (_, notice) => signals.Raise(new JobId(notice.Payload));
                await connection.Execute(listen);
                while (true)
                    if (!await connection.WaitAsync(Pause, stopping.Token)) await connection.Execute(listen);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (IsOfServer(e))
            {
                await Task.Delay(Pause, time, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static bool IsOfServer(Exception e) => e is NpgsqlException or IOException or TimeoutException or ObjectDisposedException;
}
