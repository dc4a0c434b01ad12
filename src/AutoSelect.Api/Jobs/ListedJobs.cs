using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using AutoSelect.Storage;

namespace AutoSelect.Api.Jobs;

/// <summary>
/// Jobs of the list that a caller may see, those that can still change and the newest ones: tells which have changed since the last look.
/// </summary>
internal sealed class ListedJobs(ApiCall call)
{
    /// <summary>Jobs that are looked at because they can still change, the newest first.</summary>
    private const int Most = 500;

    /// <summary>Jobs that are looked at because they are new: they may have come and ended between two looks.</summary>
    private const int MostNew = 50;

    private static readonly JobPhase[] Unfinished = [.. JobPhases.Running, JobPhase.Paused];

    private Dictionary<JobId, JobSummary> known = [];

    /// <summary>What is so now is no news.</summary>
    public async Task Begin() => known = await Look();

    /// <summary>New ones, those that have changed, and those that have ended.</summary>
    public async Task<IReadOnlyList<JobSummary>> Changed()
    {
        var now = await Look();
        var changed = now.Values.Where(j => !known.TryGetValue(j.Id, out var before) || before.UpdatedAt != j.UpdatedAt).ToList();
        foreach (var (gone, before) in known)
        {
            // One that had ended is only not among the newest any more.
            if (before.Phase.HasEnded() || now.ContainsKey(gone)) continue;
            if (await call.Parts.Jobs.Find(gone) is { } ended) changed.Add(ended);
        }
        known = now;
        return changed;
    }

    private async Task<Dictionary<JobId, JobSummary>> Look()
    {
        var jobs = (await List(Unfinished, Most)).ToDictionary(j => j.Id);
        // Read after the others: a job that ended between the two is told as it is now.
        foreach (var job in await List([], MostNew)) jobs[job.Id] = job;
        return jobs;
    }

    private async Task<IReadOnlyList<JobSummary>> List(JobPhase[] phases, int size) => (await call.Parts.Jobs.List(new JobQuery
    {
        Phases = phases,
        Projects = call.Caller.OnlyProject is { } project ? [project] : [],
        NewestFirst = true,
        Size = size,
    })).Jobs;
}
