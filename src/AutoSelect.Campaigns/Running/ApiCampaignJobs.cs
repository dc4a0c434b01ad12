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
internal sealed class ApiCampaignJobs(ApiClient client) : ICampaignJobs
{
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
        var sightings = new Dictionary<int, JobSighting>();
        foreach (var point in campaign.Open)
            if (point.Job is { } job) sightings[point.Index] = await See(campaign, point, job, ct);
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

    private async Task<JobSighting> See(CampaignRecord campaign, CampaignPoint point, JobId job, CancellationToken ct)
    {
        try
        {
            if (await Find(job, ct) is { } known) return await See(campaign, point, known, ct);
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

    private async Task<JobSighting> See(CampaignRecord campaign, CampaignPoint point, JobDescription known, CancellationToken ct)
    {
        var job = known.Summary.Id;
        var sighting = new JobSighting(known.Summary.Phase)
        {
            DeviceSeconds = known.Summary.ChargedSeconds,
            Seconds = known.Summary.ElapsedSeconds,
        };
        if (known.Summary.Phase.HasEnded()) return sighting with { Result = await Result(known, ct) };
        if (campaign.Spec.Stop is null || !known.Summary.Phase.IsRunning() || point.GivenUp is not null) return sighting;
        var forecasts = await client.ListForecasts(job, ct: ct);
        if (forecasts.IsEmpty) return sighting;
        var alive = (await client.ListCandidates(job, ct)).Where(c => c.State is not (TrialState.Stopped or TrialState.Failed))
            .Select(c => c.Trial).ToHashSet();
        ImmutableArray<Forecast> told = [.. forecasts[^1].Forecasts.Where(f => alive.Contains(f.Trial))];
        return sighting with { Forecasts = told, Unforeseen = alive.Count - told.Length, ForecastAt = forecasts[^1].At };
    }

    private async Task<PointResult> Result(JobDescription job, CancellationToken ct)
    {
        var (summary, objective) = (job.Summary, job.Spec.Objective);
        var candidates = await client.ListCandidates(summary.Id, ct);
        // Of a job that was stopped the best by then stands for what it came to.
        var best = candidates.Where(c => c.Value is { } v && double.IsFinite(v))
            .OrderBy(c => objective.Direction == Direction.Maximize ? -c.Value!.Value : c.Value!.Value).FirstOrDefault();
        var winner = candidates.FirstOrDefault(c => c.Trial == summary.Outcome?.Winner);
        var told = winner ?? best;
        var curves = told is null ? [] : await client.ReadCurves(summary.Id, points: 24, trial: told.Trial, ct: ct);
        return new PointResult
        {
            Phase = summary.Phase,
            Summary = summary.Outcome?.Summary ?? "",
            Direction = objective.Direction,
            ObjectiveMet = summary.Outcome?.ObjectiveMet == true,
            Value = summary.Outcome?.Value ?? told?.Value,
            SecondsToTarget = summary.Outcome?.SecondsToTarget,
            Seconds = summary.ElapsedSeconds,
            DeviceSeconds = summary.ChargedSeconds,
            ProbeSeconds = summary.ProbeSeconds,
            Winner = winner is null ? null : Arms.Key(Arms.Own(job.Spec, winner.Candidate)),
            WinnerName = winner?.Candidate.Name,
            TookPart = [.. candidates.Where(c => c.Step > 0).Select(c => Arms.Key(Arms.Own(job.Spec, c.Candidate)))],
            Curve = curves.IsEmpty ? [] : BestSoFar(curves[0].Points, objective),
        };
    }

    private static ImmutableArray<BestByThen> BestSoFar(ImmutableArray<CurvePoint> points, Objective objective)
    {
        var best = ImmutableArray.CreateBuilder<BestByThen>();
        foreach (var point in points)
        {
            var value = point.Deliverable(objective.Direction);
            if (!double.IsFinite(value) || (best.Count > 0 && !objective.IsBetter(value, best[^1].Value))) continue;
            best.Add(new BestByThen(point.DeviceSeconds, value));
        }
        return best.ToImmutable();
    }

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
