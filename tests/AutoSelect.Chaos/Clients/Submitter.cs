using AutoSelect.Chaos.Cluster;
using AutoSelect.Chaos.Histories;
using AutoSelect.Client;
using AutoSelect.Contracts;

namespace AutoSelect.Chaos.Clients;

/// <summary>
/// Submits the jobs of one key until each is taken in, follows them, asks things of some, and has those go on that pause.
/// </summary>
internal sealed class Submitter(Servers servers, string name, string key, string folder, int first) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(3);

    private readonly HistoryFile history = new(folder, $"submitter-{name}");

    /// <summary>Completes when all of them have ended as far as their followers know.</summary>
    /// <param name="jobs">To submit.</param>
    /// <param name="startedAt">When the schedule began.</param>
    /// <param name="ct">Gives up.</param>
    public async Task Run(IReadOnlyList<JobDraw> jobs, double startedAt, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var caring = Care(over.Token);
        await Task.WhenAll(jobs.Select(j => Run(j, startedAt, ct)));
        await over.CancelAsync();
        await caring;
    }

    public void Dispose() => history.Dispose();

    private async Task Run(JobDraw draw, double startedAt, CancellationToken ct)
    {
        await Wait(startedAt + draw.At - HistoryFile.Now, ct);
        using var client = new HistoryClient(servers, key, history, first + draw.Number);
        var twin = Task.CompletedTask;
        if (draw.IsSentTwice)
        {
            twin = Task.Run(async () =>
            {
                using var other = new HistoryClient(servers, key, history, first + draw.Number + 1);
                await Submit(other, draw, ct);
            }, ct);
        }
        if (await Submit(client, draw, ct) is not { } job) return;
        var follower = new Follower(servers, key, folder, $"follower-{name}-{draw.Number}", first + draw.Number + 2);
        var following = follower.Run(job, ct);
        if (draw.Asks is { } kind) await Ask(client, draw, job, kind, following, ct);
        await Task.WhenAll(following, twin);
    }

    /// <returns>Null where it was refused.</returns>
    private async Task<JobId?> Submit(HistoryClient client, JobDraw draw, CancellationToken ct)
    {
        while (true)
        {
            var (answer, kind) = await client.Ask(
                history.New(EntryKind.Asked, Whats.Submit) with { Key = draw.Key },
                (api, patience) => api.SubmitJob(new Submission(draw.Text) { Id = draw.Key }, patience),
                (e, a) => e with { Job = a.Job }, ct, HistoryClient.LongestSubmission);
            if (kind == EntryKind.Done) return answer!.Job;
            if (kind == EntryKind.Refused) return null;
            await Wait(Pause.TotalSeconds, ct);
        }
    }

    private async Task Ask(HistoryClient client, JobDraw draw, JobId job, JobRequestKind kind, Task following, CancellationToken ct)
    {
        await Task.WhenAny(following, Wait(draw.AsksAfter, ct));
        var reason = $"{draw.Key}-{kind}";
        var second = TrialId.At(1);
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var (_, answer) = await client.Ask(
                history.New(EntryKind.Asked, Whats.Request) with { Key = reason, Job = job, Reason = kind.ToString() },
                async (api, patience) =>
                {
                    await (kind switch
                    {
                        JobRequestKind.Pause => api.PauseJob(job, reason, patience),
                        JobRequestKind.StopTrial => api.StopTrial(job, second, reason, patience),
                        JobRequestKind.CommitTo => api.CommitTrial(job, second, reason, patience),
                        _ => api.CancelJob(job, reason, patience),
                    });
                    return true;
                },
                (e, _) => e, ct);
            if (answer != EntryKind.Unknown) return;
            await Wait(Pause.TotalSeconds, ct);
        }
    }

    /// <summary>Has jobs go on that somebody or a full disk has paused.</summary>
    private async Task Care(CancellationToken ct)
    {
        using var client = new HistoryClient(servers, key, history, first);
        try
        {
            while (true)
            {
                await Wait(LookEvery.TotalSeconds, ct);
                foreach (var job in await Paused(client, ct))
                {
                    await client.Ask(
                        history.New(EntryKind.Asked, Whats.Request) with { Key = $"care-{job}", Job = job, Reason = "Resume" },
                        async (api, patience) =>
                        {
                            await api.ResumeJob(job, "care", patience);
                            return true;
                        }, (e, _) => e, ct);
                }
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // All have ended.
        }
    }

    private static async Task<IReadOnlyList<JobId>> Paused(HistoryClient client, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            var list = await client.Current.ListJobs(new JobListQuery { States = [JobPhase.Paused] }, patience.Token);
            return [.. list.Jobs.Select(j => j.Id)];
        }
        catch (Exception e) when (!ct.IsCancellationRequested
            && e is HttpRequestException or ApiRefusalException or IOException or OperationCanceledException)
        {
            client.Turn();
            return [];
        }
    }

    private static Task Wait(double seconds, CancellationToken ct) =>
        seconds > 0 ? Task.Delay(TimeSpan.FromSeconds(seconds), ct) : Task.CompletedTask;
}
