using AutoSelect.Contracts;
using AutoSelect.Storage;

namespace AutoSelect.Grains;

/// <summary>Guards against answers from a state of a job that others have gone on from.</summary>
internal static class NewestRecord
{
    /// <summary>
    /// Looks whether a record is the newest. An append finds that out by itself; an answer that stores nothing, as a refusal, does not.
    /// </summary>
    /// <exception cref="VersionConflictException">Somebody else has written to the job since.</exception>
    public static async Task CheckIsNewest(this IJobStore jobs, JobRecord record)
    {
        if ((await jobs.Changes(record.Id, record.Version, 1)).Count > 0) throw new VersionConflictException(record.Id, record.Version);
    }
}
