using AutoSelect.Api.Jobs;
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
    /// <param name="jobs">Where they are kept.</param>
    public static Task<IReadOnlyList<JobRecord>> Read(IJobStore jobs) =>
        Read(jobs, async job => JobFold.FromEvents(await jobs.Changes(job.Id, 0)));

    /// <summary>The same, with records that are read already.</summary>
    public static Task<IReadOnlyList<JobRecord>> Read(IJobStore jobs, RecentRecords records) => Read(jobs, records.Find);

    private static async Task<IReadOnlyList<JobRecord>> Read(IJobStore jobs, Func<JobSummary, Task<JobRecord?>> find)
    {
        var latest = await jobs.List(new JobQuery { Phases = [JobPhase.Completed], NewestFirst = true, Size = Most });
        var records = new List<JobRecord>();
        foreach (var job in latest.Jobs.Reverse())
            if (await find(job) is { } record) records.Add(record);
        return records;
    }
}
