using AutoSelect.Contracts;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Storage;

namespace AutoSelect.Grains;

/// <summary>
/// Whether another job may wait. It is looked at before the job is stored, so calls that come at the same moment may each find the last
/// place; there is no limit that this could break twice.
/// </summary>
internal static class WaitingLine
{
    /// <summary>Why a job is refused, with the figures; null where it is not.</summary>
    public static async Task<string?> Refusal(IJobStore store, ILeaseLedger leases, JobSpec spec, DateTimeOffset now)
    {
        var book = new ProjectBook(await leases.Limits());
        var limits = book.Of(spec.Project);
        if (limits.Whole.WaitingJobs is null && limits.Of(spec.Owner).WaitingJobs is null) return null;
        var use = new UseBook(await leases.Use(DeviceCharges.Oldest(now)), now, new SharingOptions().HalfLife, book);
        var demands = await leases.Demands();
        foreach (var account in (Account[])[new(spec.Project), new(spec.Project, spec.Owner)])
        {
            if (book.Of(account).WaitingJobs is null) continue;
            var query = new JobQuery { Phases = JobPhases.Running, Projects = [account.Project], Owner = account.Owner };
            var jobs = (await store.List(query)).Jobs.Count;
            var admitted = demands.Count(d => d.AdmittedAt is not null && account.Covers(d.Demand));
            if (Quotas.OnWaiting(book.Of(account), account, jobs, admitted, use) is { } refusal) return refusal;
        }
        return null;
    }
}
