using System.Collections.Immutable;
using AutoSelect.Campaigns.Machine;
using AutoSelect.Contracts;

namespace AutoSelect.Campaigns.Running;

/// <summary>
/// The place where a campaign's jobs are, as it uses it: a server or the process that has a store open; in tests, a played one.
/// </summary>
internal interface ICampaignJobs
{
    /// <summary>Submits the job of a point. Repeated, it gives the same job.</summary>
    /// <exception cref="JobRefusedException">The job breaks rules.</exception>
    /// <exception cref="PlaceBusyException">No more jobs are taken now, or the place is away.</exception>
    Task<JobId> Submit(CampaignRecord campaign, CampaignPoint point, CancellationToken ct);

    /// <summary>Asks a job to pause, to go on or to end; one that has ended is left as it is.</summary>
    /// <exception cref="PlaceBusyException">The place is away.</exception>
    Task Ask(JobId job, JobRequestKind kind, string reason, CancellationToken ct);

    /// <summary>
    /// Whether a look may tell what the last one did not: false where the place has told of nothing since this was last asked. News may be
    /// lost, so that looks are made now and then all the same.
    /// </summary>
    bool MayHaveChanged(CampaignRecord campaign);

    /// <summary>Looks at the jobs of points that have not ended.</summary>
    /// <exception cref="PlaceBusyException">The place is away.</exception>
    Task<IReadOnlyDictionary<int, JobSighting>> Look(CampaignRecord campaign, CancellationToken ct);

    /// <summary>How many jobs of the campaign may train side by side.</summary>
    /// <exception cref="PlaceBusyException">The place is away.</exception>
    Task<int> Capacity(CampaignRecord campaign, CancellationToken ct);

    /// <summary>The candidates of a job, and which of them is its baseline.</summary>
    /// <exception cref="JobRefusedException">The job breaks rules.</exception>
    /// <exception cref="PlaceBusyException">The place is away.</exception>
    Task<(ImmutableArray<Candidate> Candidates, Candidate Baseline)> FindCandidates(
        CampaignRecord campaign, string text, CancellationToken ct);
}

/// <summary>A point makes no job that could run; the message has all that is wrong with it.</summary>
internal sealed class JobRefusedException(string message) : Exception(message);

/// <summary>Nothing comes of it now: try again.</summary>
internal sealed class PlaceBusyException(string message, Exception? inner = null) : Exception(message, inner);
