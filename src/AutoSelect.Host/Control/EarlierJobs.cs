using AutoSelect.Api.Jobs;
using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Storage;

namespace AutoSelect.Host.Control;

/// <summary>
/// The latest jobs that the next one can learn from: of the same project where several people share a store, since what a project tried and
/// what won there is nobody else's.
/// </summary>
internal static class EarlierJobs
{
    /// <summary>Most earlier jobs that are learned from.</summary>
    private const int Most = 50;

    /// <summary>Those of a store of one's own, of all projects, oldest first.</summary>
    /// <param name="jobs">Where they are kept.</param>
    public static Task<IReadOnlyList<JobRecord>> Read(IJobStore jobs) =>
        Read(jobs, [], async job => JobFold.FromEvents(await jobs.Changes(job.Id, 0)));

    /// <summary>Those of a project, oldest first.</summary>
    /// <param name="jobs">Where they are kept.</param>
    /// <param name="project">Which.</param>
    /// <param name="records">Records that are read already.</param>
    public static Task<IReadOnlyList<JobRecord>> Read(IJobStore jobs, string project, RecentRecords records) =>
        Read(jobs, [project], records.Find);

    private static async Task<IReadOnlyList<JobRecord>> Read(
        IJobStore jobs, string[] projects, Func<JobSummary, Task<JobRecord?>> find)
    {
        var latest = await jobs.List(
            new JobQuery { Projects = projects, Phases = [JobPhase.Completed], NewestFirst = true, Size = Most });
        var records = new List<JobRecord>();
        foreach (var job in latest.Jobs.Reverse())
            if (await find(job) is { } record) records.Add(record);
        return records;
    }
}
