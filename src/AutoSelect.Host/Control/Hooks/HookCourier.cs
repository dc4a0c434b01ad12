using System.Text.Json;
using AutoSelect.Api.Hooks;
using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Storage;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control.Hooks;

/// <summary>
/// Tells the addresses that jobs name of their ends, at least once each. What is still to be told is read off the store, so that nothing is
/// forgotten when a process ends; that an attempt begins is stored before it is made, so that of several silos one makes it.
/// </summary>
internal sealed partial class HookCourier : IAsyncDisposable
{
    /// <summary>Notices that are sent at a time.</summary>
    private const int SideBySide = 8;

    private const int Page = 100;

    /// <summary>How often the store is looked at.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    private readonly IJobStore jobs;
    private readonly IKeyStore keys;
    private readonly HookSender sender;
    private readonly Uri? api;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CancellationTokenSource ending = new();
    private readonly CancellationTokenSource sending = new();
    private readonly Task running;

    /// <param name="jobs">Where jobs are.</param>
    /// <param name="keys">Has the secret that notices are signed with.</param>
    /// <param name="rules">Where notices may go.</param>
    /// <param name="api">Where the API is, for the link of a notice; null where it is only there for the time of a job.</param>
    /// <param name="time">Clock of attempts.</param>
    /// <param name="logger">Told of each.</param>
    public HookCourier(IJobStore jobs, IKeyStore keys, HookRules rules, Uri? api, TimeProvider time, ILogger<HookCourier> logger)
    {
        (this.jobs, this.keys, this.api, this.time, this.logger) = (jobs, keys, api, time, logger);
        sender = new HookSender(rules, time);
        running = Task.Run(Run);
    }

    /// <summary>A last look: who ends with its job has told of its end before, where one attempt is enough.</summary>
    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        // What is being sent comes to its end: broken off, it would have to be sent again.
        sending.CancelAfter(HookSender.Longest);
        await running;
        await Tell(sending.Token);
        sender.Dispose();
        ending.Dispose();
        sending.Dispose();
    }

    private async Task Run()
    {
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            do await Tell(sending.Token);
            while (await timer.WaitForNextTickAsync(ending.Token));
        }
        catch (OperationCanceledException)
        {
            // It ends.
        }
    }

    /// <summary>Tells whatever is due now.</summary>
    private async Task Tell(CancellationToken ct)
    {
        try
        {
            var query = new JobQuery { AwaitsHook = true, Size = Page };
            do
            {
                var page = await jobs.List(query);
                await Parallel.ForEachAsync(
                    page.Jobs, new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = ct },
                    async (job, token) => await Tell(job.Id, token));
                query = query with { After = page.Next };
            }
            while (query.After is not null);
        }
        catch (Exception e) when (e is StoreUnavailableException or ObjectDisposedException)
        {
            LogUnavailable(e);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // What is not told yet is told by whoever opens the store next.
        }
    }

    private async Task Tell(JobId id, CancellationToken ct)
    {
        if (JobFold.FromEvents(await jobs.Changes(id, 0)) is not { } job) return;
        if (HookPlan.Due(job) is not { } due || due > time.GetUtcNow()) return;
        var begun = HookPlan.Begin(job);
        if (await Append(job, begun) is not { } sending || begun.State != HookState.Sending) return;
        var body = JsonSerializer.Serialize(JobEndedNotice.OfJob(job, api), RecordJson.Options);
        var key = await HookSecrets.Key(keys, job.Spec.Project);
        var answer = await sender.Send(new Uri(job.Spec.Notify!), HookPlan.IdOf(id), body, key, ct);
        var ended = HookPlan.End(begun, answer);
        LogTold(id, begun.Attempt, ended.State, ended.Reason);
        await Append(sending, ended);
    }

    /// <summary>The job with the event; null where somebody else was first, or the job is gone.</summary>
    private async Task<JobRecord?> Append(JobRecord job, HookTold told)
    {
        var now = time.GetUtcNow();
        var (events, after) = JobFold.Next(job, [told], now);
        try
        {
            await jobs.Append(job.Id, job.Version, events, JobSummaries.FromRecord(after, now));
            return after;
        }
        catch (VersionConflictException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job}, notice of its end, attempt {Attempt}: {State}. {Reason}")]
    private partial void LogTold(JobId job, int attempt, HookState state, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store cannot be read or written to tell of jobs' ends; trying again")]
    private partial void LogUnavailable(Exception exception);
}
