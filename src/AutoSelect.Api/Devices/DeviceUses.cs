using System.Collections.Immutable;
using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using AutoSelect.Storage;
using Microsoft.AspNetCore.Http;

namespace AutoSelect.Api.Devices;

/// <summary>
/// When jobs trained on which devices, read off their records: the ledger forgets leases that are over. Of jobs that were paused the
/// seconds of the pause are not known segment by segment, and what came before it is shown as late as it can have been.
/// </summary>
internal static class DeviceUses
{
    /// <summary>Jobs that are looked at, the newest first.</summary>
    private const int Most = 100;

    public static async Task<IResult> List(ApiCall call)
    {
        var since = call.Run.Time.GetUtcNow().AddHours(-(call.Query.Number("hours") ?? 24));
        var page = await call.Parts.Jobs.List(new JobQuery { NewestFirst = true, Size = Most });
        var uses = new List<DeviceStretch>();
        foreach (var job in page.Jobs.Where(j => !j.Phase.HasEnded() || j.UpdatedAt >= since))
        {
            if (await call.Run.Records.Find(job) is not { } record) continue;
            var isVisible = call.Caller.Covers(job.Project);
            // Nobody's device was used, and what stands for a client has its job's id in its own.
            if (!isVisible && record.Spec.Workload.IsElsewhere) continue;
            uses.AddRange(OfRecord(record, isVisible).Where(u => u.Until is not { } until || until >= since));
        }
        return ApiCall.Json<ImmutableArray<DeviceStretch>>([.. uses.OrderBy(u => u.From)]);
    }

    public static IEnumerable<DeviceStretch> OfRecord(JobRecord record, bool isVisible)
    {
        DateTimeOffset Moment(double clock) => record.StartedAt.AddSeconds(clock + record.PausedSeconds);
        foreach (var trial in record.Trials)
            foreach (var segment in trial.Segments)
                foreach (var member in segment.Members())
                {
                    yield return new DeviceStretch(
                        member.Device, isVisible ? record.Id : null, isVisible ? trial.Id : null,
                        isVisible ? trial.Candidate.Name : null, Moment(segment.StartedAt),
                        segment.EndedAt is { } end ? Moment(end) : null);
                }
    }
}
