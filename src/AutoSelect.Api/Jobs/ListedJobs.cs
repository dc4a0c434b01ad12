using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using AutoSelect.Storage;

namespace AutoSelect.Api.Jobs;

/// <summary>Jobs of the list that a caller may see and that can still change: tells which have, since the last look.</summary>
internal sealed class ListedJobs(ApiCall call)
{
    /// <summary>Jobs that are looked at, the newest first.</summary>
    private const int Most = 500;

    private static readonly JobPhase[] Unfinished = [.. JobPhases.Running, JobPhase.Paused];

    private Dictionary<JobId, DateTimeOffset> known = [];

    /// <summary>What is so now is no news.</summary>
    public async Task Begin() => known = (await Look()).ToDictionary(j => j.Id, j => j.UpdatedAt);

    /// <summary>New ones, those that have changed, and those that have ended.</summary>
    public async Task<IReadOnlyList<JobSummary>> Changed()
    {
        var now = await Look();
        var changed = now.Where(j => !known.TryGetValue(j.Id, out var before) || before != j.UpdatedAt).ToList();
        foreach (var gone in known.Keys.Except(now.Select(j => j.Id)))
            if (await call.Parts.Jobs.Find(gone) is { } ended) changed.Add(ended);
        known = now.ToDictionary(j => j.Id, j => j.UpdatedAt);
        return changed;
    }

    private async Task<IReadOnlyList<JobSummary>> Look() => (await call.Parts.Jobs.List(new JobQuery
    {
        Phases = Unfinished,
        Projects = call.Caller.OnlyProject is { } project ? [project] : [],
        NewestFirst = true,
        Size = Most,
    })).Jobs;
}
