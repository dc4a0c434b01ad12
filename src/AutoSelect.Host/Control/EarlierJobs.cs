using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Storage;

namespace AutoSelect.Host.Control;

/// <summary>The latest jobs that the next one can learn from.</summary>
internal static class EarlierJobs
{
    /// <summary>Most earlier jobs that are learned from.</summary>
    private const int Most = 50;

    /// <summary>Oldest first.</summary>
    public static async Task<IReadOnlyList<JobRecord>> Read(IJobStore jobs)
    {
        var latest = await jobs.List(new JobQuery { Phases = [JobPhase.Completed], NewestFirst = true, Size = Most });
        var records = new List<JobRecord>();
        foreach (var job in latest.Jobs.Reverse())
            if (JobFold.FromEvents(await jobs.Changes(job.Id, 0)) is { } record) records.Add(record);
        return records;
    }
}
