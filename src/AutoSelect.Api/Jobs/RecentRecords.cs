using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Storage;

namespace AutoSelect.Api.Jobs;

/// <summary>
/// Records of the jobs that were asked for last, so that a page which asks for one in parts, and again as it goes on, has only new events
/// read and folded. Records never change, and ids are never used twice.
/// </summary>
internal sealed class RecentRecords(IJobStore jobs)
{
    /// <summary>Most records that are kept.</summary>
    private const int Most = 8;

    private readonly Lock turn = new();

    /// <summary>Those asked for last come last.</summary>
    private readonly List<JobRecord> kept = [];

    /// <summary>The record of a job at its last event; null where it is not stored.</summary>
    public async Task<JobRecord?> Find(JobId job)
    {
        JobRecord? known;
        lock (turn) known = kept.Find(r => r.Id == job);
        var record = (await jobs.Changes(job, known?.Version ?? 0)).Aggregate(known, JobFold.Apply);
        if (record is null) return null;
        lock (turn)
        {
            // Another request may have come farther meanwhile.
            var at = kept.FindIndex(r => r.Id == job);
            if (at >= 0 && kept[at].Version > record.Version) record = kept[at];
            if (at >= 0) kept.RemoveAt(at);
            kept.Add(record);
            if (kept.Count > Most) kept.RemoveAt(0);
        }
        return record;
    }
}
