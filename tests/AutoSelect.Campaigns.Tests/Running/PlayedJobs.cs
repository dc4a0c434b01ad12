using System.Collections.Immutable;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Running;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Tests.Running;

/// <summary>Jobs as a test plays them: each runs for a few looks.</summary>
internal sealed class PlayedJobs : ICampaignJobs
{
    public Dictionary<string, JobId> Submitted { get; } = [];
    public Dictionary<JobId, (JobPhase Phase, int Looks, int Point)> Jobs { get; } = [];
    public List<(JobId Job, JobRequestKind Kind)> Asks { get; } = [];
    public int Devices { get; set; } = 2;

    /// <summary>Looks that a job takes.</summary>
    public int Length { get; init; } = 2;

    /// <summary>Called before a submission is answered.</summary>
    public Action<CampaignPoint> OnSubmit { get; set; } = _ => { };

    /// <summary>Called after a submission is stored and before it is answered.</summary>
    public Action<CampaignPoint> OnSubmitted { get; set; } = _ => { };

    /// <summary>Called before a look is answered.</summary>
    public Action OnLook { get; set; } = () => { };

    public Task<JobId> Submit(CampaignRecord campaign, CampaignPoint point, CancellationToken ct)
    {
        OnSubmit(point);
        var id = campaign.SubmissionId(point.Index);
        if (!Submitted.TryGetValue(id, out var job))
        {
            job = Submitted[id] = new JobId($"{campaign.JobName(point.Index)}-1");
            Jobs[job] = (JobPhase.Probing, 0, point.Index);
        }
        OnSubmitted(point);
        return Task.FromResult(job);
    }

    public Task Ask(JobId job, JobRequestKind kind, string reason, CancellationToken ct)
    {
        Asks.Add((job, kind));
        var (phase, looks, point) = Jobs[job];
        if (!phase.HasEnded())
        {
            Jobs[job] = (kind switch
            {
                JobRequestKind.Pause => JobPhase.Paused,
                JobRequestKind.Cancel => JobPhase.Cancelled,
                _ => JobPhase.Probing,
            }, looks, point);
        }
        return Task.CompletedTask;
    }

    /// <summary>Looks that were made.</summary>
    public int Looks { get; private set; }

    /// <summary>Asked whether a look may tell something new.</summary>
    public Func<bool> HasNews { get; set; } = () => true;

    public bool MayHaveChanged(CampaignRecord campaign) => HasNews();

    public Task<IReadOnlyDictionary<int, JobSighting>> Look(CampaignRecord campaign, CancellationToken ct)
    {
        Looks++;
        OnLook();
        var sightings = new Dictionary<int, JobSighting>();
        foreach (var point in campaign.Open)
        {
            if (point.Job is not { } job) continue;
            var (phase, looks, index) = Jobs[job];
            if (phase == JobPhase.Probing && looks + 1 >= Length) phase = JobPhase.Completed;
            Jobs[job] = (phase, looks + 1, index);
            sightings[point.Index] = new JobSighting(phase)
            {
                Result = phase.HasEnded() ? Sample.Result(10 + index, "w", 5, "w") with { Phase = phase } : null,
            };
        }
        return Task.FromResult<IReadOnlyDictionary<int, JobSighting>>(sightings);
    }

    public Task<int> Capacity(CampaignRecord campaign, CancellationToken ct) => Task.FromResult(Devices);

    public Task<(ImmutableArray<Candidate> Candidates, Candidate Baseline)> FindCandidates(
        CampaignRecord campaign, string text, CancellationToken ct) =>
        Task.FromResult(((ImmutableArray<Candidate>)[Sample.Arm("nadamw"), Sample.Arm("sgd")], Sample.Arm("nadamw")));
}
