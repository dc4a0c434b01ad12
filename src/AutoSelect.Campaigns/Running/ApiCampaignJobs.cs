using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using AutoSelect.Campaigns.Learning;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Client;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Running;

/// <summary>Jobs of a server, or of the process that has a store open, over the same API that everybody uses.</summary>
/// <param name="client">Of it.</param>
/// <param name="time">Clock of the waits for its news.</param>
internal sealed class ApiCampaignJobs(ApiClient client, TimeProvider time) : ICampaignJobs, IAsyncDisposable
{
    private readonly CampaignNews news = new(client, time);
    private Dictionary<JobId, (DateTimeOffset At, JobSighting Sighting)> seen = [];

    public ValueTask DisposeAsync() => news.DisposeAsync();

    public bool MayHaveChanged(CampaignRecord campaign) => news.Take(campaign.Spec.Name);

    public Task<JobId> Submit(CampaignRecord campaign, CampaignPoint point, CancellationToken ct) => Told(async () =>
        (await client.SubmitJob(
            new Submission(point.Text)
            {
                File = campaign.JobName(point.Index),
                Name = campaign.JobName(point.Index),
                Labels = PointLabels.For(campaign, point),
                Id = campaign.SubmissionId(point.Index),
            }, ct)).Job);

    public Task Ask(JobId job, JobRequestKind kind, string reason, CancellationToken ct) => Told(async () =>
    {
        try
        {
            await (kind switch
            {
                JobRequestKind.Pause => client.PauseJob(job, reason, ct),
                JobRequestKind.Resume => client.ResumeJob(job, reason, ct),
                JobRequestKind.Cancel => client.CancelJob(job, reason, ct),
                _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A campaign asks its jobs to pause, to go on or to end."),
            });
        }
        catch (ApiRefusalException refusal) when (refusal.Status is HttpStatusCode.Conflict or HttpStatusCode.NotFound)
        {
            // It has ended meanwhile, or somebody has deleted it: the next look tells.
        }
        return true;
    });

    public Task<IReadOnlyDictionary<int, JobSighting>> Look(CampaignRecord campaign, CancellationToken ct) => Told(async () =>
    {
        var listed = await Unfinished(campaign, ct);
        var sightings = new Dictionary<int, JobSighting>();
        var now = new Dictionary<JobId, (DateTimeOffset, JobSighting)>();
        foreach (var point in campaign.Open)
        {
            if (point.Job is not { } job) continue;
            var summary = listed.GetValueOrDefault(job);
            sightings[point.Index] = summary is null ? await SeeEnd(job, ct) : await See(campaign, point, summary, ct);
            if (summary is not null) now[job] = (summary.UpdatedAt, sightings[point.Index]);
        }
        seen = now;
        return (IReadOnlyDictionary<int, JobSighting>)sightings;
    });

    public Task<int> Capacity(CampaignRecord campaign, CancellationToken ct) => Told(async () =>
    {
        var devices = (await client.ListDevices(ct)).Length;
        var each = campaign.Points.Select(p => p.Job).FirstOrDefault(j => j is not null) is { } job && await Find(job, ct) is { } known
            ? Math.Max(1, Math.Min(known.Spec.Probe.Devices, known.Spec.Candidates.Length)) : 1;
        return Math.Max(1, devices / each);
    });

    public Task<(ImmutableArray<Candidate> Candidates, Candidate Baseline)> FindCandidates(
        CampaignRecord campaign, string text, CancellationToken ct) => Told(async () =>
    {
        var spec = (await client.PreviewJob(new Submission(text) { File = campaign.Spec.Name }, ct)).Spec;
        ImmutableArray<Candidate> arms = [.. spec.Candidates.Select(c => Arms.Own(spec, c))];
        return (arms, arms.First(c => c.Name == spec.Baseline));
    });

    /// <summary>The jobs of a campaign that may still change.</summary>
    private async Task<Dictionary<JobId, JobSummary>> Unfinished(CampaignRecord campaign, CancellationToken ct)
    {
        var jobs = new Dictionary<JobId, JobSummary>();
        if (!campaign.Open.Any(p => p.Job is not null)) return jobs;
        var query = new JobListQuery
        {
            States = [.. JobPhases.Running, JobPhase.Paused],
            Labels = ImmutableSortedDictionary<string, string>.Empty.Add(JobLabels.Campaign, campaign.Spec.Name),
        };
        while (true)
        {
            var page = await client.ListJobs(query, ct);
            foreach (var job in page.Jobs) jobs[job.Id] = job;
            if (page.Next is null) return jobs;
            query = query with { After = page.Next };
        }
    }

    /// <summary>What became of a job that is not among those which may still change.</summary>
    private async Task<JobSighting> SeeEnd(JobId job, CancellationToken ct)
    {
        try
        {
            if (await Find(job, ct) is { } known)
            {
                var sighting = Seen(known.Summary);
                return known.Summary.Phase.HasEnded() ? sighting with { Result = await PointResults.Read(client, known, ct) } : sighting;
            }
        }
        catch (ApiRefusalException refusal) when (refusal.Status == HttpStatusCode.NotFound)
        {
            // Deleted while it was looked at.
        }
        return new JobSighting(JobPhase.Failed)
        {
            Result = new PointResult { Phase = JobPhase.Failed, Summary = $"Job '{job}' was deleted." },
        };
    }

    private async Task<JobSighting> See(CampaignRecord campaign, CampaignPoint point, JobSummary job, CancellationToken ct)
    {
        var sighting = Seen(job);
        if (campaign.Spec.Stop is null || !job.Phase.IsRunning() || point.GivenUp is not null) return sighting;
        if (seen.TryGetValue(job.Id, out var before) && before.At == job.UpdatedAt) return before.Sighting;
        var candidates = await client.ListCandidates(job.Id, ct);
        sighting = sighting with
        {
            Progress = JobSightings.Progress(candidates.Select(c => (c.Step, c.HorizonSteps))),
            Value = JobSightings.Best(job.Objective.Direction, candidates.Select(c => c.Value).OfType<double>()),
        };
        var forecasts = await client.ListForecasts(job.Id, ct: ct);
        return forecasts.IsEmpty ? sighting
            : sighting.With(forecasts[^1].At, forecasts[^1].Forecasts, candidates.Select(c => (c.Trial, c.State)));
    }

    private static JobSighting Seen(JobSummary job) => new(job.Phase)
    {
        DeviceSeconds = job.ChargedSeconds,
        Seconds = job.ElapsedSeconds,
        Direction = job.Objective.Direction,
    };

    private async Task<JobDescription?> Find(JobId? job, CancellationToken ct)
    {
        try
        {
            return job is { } id ? await client.DescribeJob(id, ct) : null;
        }
        catch (ApiRefusalException refusal) when (refusal.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private static async Task<T> Told<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (ApiRefusalException refusal) when (!refusal.Errors.IsEmpty)
        {
            throw new JobRefusedException(string.Join(" ", refusal.Errors.Select(e => $"line {e.Line}: {e.Message}")));
        }
        catch (ApiRefusalException refusal) when (refusal.Status is HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity)
        {
            throw new JobRefusedException(refusal.Message);
        }
        catch (ApiRefusalException refusal) when (refusal.Status == HttpStatusCode.TooManyRequests || (int)refusal.Status >= 500)
        {
            throw new PlaceBusyException(refusal.Message, refusal);
        }
        catch (Exception away) when (away is HttpRequestException or IOException or JsonException)
        {
            throw new PlaceBusyException(away.Message, away);
        }
    }
}
