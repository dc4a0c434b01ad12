using System.Collections.Concurrent;
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
    /// <summary>Projects whose notices are sent at a time.</summary>
    private const int Projects = 4;

    /// <summary>Notices of a project that are sent at a time.</summary>
    private const int SideBySide = 2;

    /// <summary>
    /// Notices of a project in a round, that is some 40 s where nobody answers them: however many it has, others have their turn.
    /// </summary>
    private const int MostOfProject = 8;

    private const int Page = 100;

    /// <summary>How long a job is left alone that cannot be read or written.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>How often the store is looked at.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    private readonly IJobStore jobs;
    private readonly IKeyStore keys;
    private readonly HookSender sender;
    private readonly Uri? api;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CancellationTokenSource ending = new();
    private readonly CancellationTokenSource sending;
    private readonly Task running;

    /// <summary>When jobs are looked at again of which nothing is due.</summary>
    private readonly ConcurrentDictionary<JobId, DateTimeOffset> later = new();

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
        sending = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
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
            var waiting = await Waiting();
            foreach (var gone in later.Keys.Except(waiting.Select(j => j.Id))) later.TryRemove(gone, out _);
            await Parallel.ForEachAsync(
                waiting.GroupBy(j => j.Project, StringComparer.Ordinal),
                new ParallelOptions { MaxDegreeOfParallelism = Projects, CancellationToken = ct },
                async (project, token) => await Tell(project, token));
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

    private async Task<List<JobSummary>> Waiting()
    {
        var (all, query) = (new List<JobSummary>(), new JobQuery { AwaitsHook = true, Size = Page });
        do
        {
            var page = await jobs.List(query);
            all.AddRange(page.Jobs);
            query = query with { After = page.Next };
        }
        while (query.After is not null);
        return all;
    }

    private async Task Tell(IEnumerable<JobSummary> project, CancellationToken ct)
    {
        var told = 0;
        await Parallel.ForEachAsync(
            project, new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = ct }, async (job, token) =>
            {
                if (later.TryGetValue(job.Id, out var due) && due > time.GetUtcNow()) return;
                if (Volatile.Read(ref told) < MostOfProject && await TryTell(job.Id, token)) Interlocked.Increment(ref told);
            });
    }

    /// <summary>What is wrong with one job does not keep the others from being told of, and breaks off no notice of theirs.</summary>
    private async Task<bool> TryTell(JobId id, CancellationToken ct)
    {
        try
        {
            return await Tell(id, ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            later[id] = time.GetUtcNow() + Pause;
            LogNotTold(id, e);
            return false;
        }
    }

    /// <returns>True where an attempt was made.</returns>
    private async Task<bool> Tell(JobId id, CancellationToken ct)
    {
        if (JobFold.FromEvents(await jobs.Changes(id, 0)) is not { } job || HookPlan.Due(job) is not { } due) return false;
        if (due > time.GetUtcNow())
        {
            later[id] = due;
            return false;
        }
        var begun = HookPlan.Begin(job);
        if (await Append(job, begun) is not { } sending || begun.State != HookState.Sending) return false;
        var body = JsonSerializer.Serialize(JobEndedNotice.OfJob(job, api), RecordJson.Options);
        var key = await HookSecrets.Key(keys, job.Spec.Project);
        var answer = await sender.Send(new Uri(job.Spec.Notify!), HookPlan.IdOf(id), body, key, ct);
        var ended = HookPlan.End(begun, answer);
        LogTold(id, begun.Attempt, ended.State, ended.Reason);
        if (answer.Detail.Length > 0) LogDetail(id, answer.Detail);
        await Append(sending, ended);
        return true;
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

    /// <summary>For operators: it does not begin as a line does that is shown with the job.</summary>
    [LoggerMessage(Level = LogLevel.Information, Message = "The notice of job {Job} went nowhere: {Detail}")]
    private partial void LogDetail(JobId job, string detail);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The end of job {Job} cannot be told; trying again in a minute")]
    private partial void LogNotTold(JobId job, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store cannot be read or written to tell of jobs' ends; trying again")]
    private partial void LogUnavailable(Exception exception);
}
