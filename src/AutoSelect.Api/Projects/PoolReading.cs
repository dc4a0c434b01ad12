using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Storage;

namespace AutoSelect.Api.Projects;

/// <summary>The pool as the ledger has it now, as the plan of the pool sees it.</summary>
public sealed record PoolReading(PoolFacts Facts, IReadOnlyList<ProjectLimits> Limits, IReadOnlyList<DeviceUse> Use)
{
    internal static Task<PoolReading> Read(ApiCall call) => Read(call.Parts.Leases, call.Parts.Sharing, call.Run.Time.GetUtcNow());

    /// <param name="ledger">Where it stands.</param>
    /// <param name="sharing">How devices are shared.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="StoreUnavailableException">It cannot be read.</exception>
    public static async Task<PoolReading> Read(ILeaseLedger ledger, SharingOptions sharing, DateTimeOffset now)
    {
        var limits = await ledger.Limits();
        var use = await ledger.Use(DeviceCharges.Oldest(now));
        var book = new ProjectBook(limits);
        var used = new UseBook(use, now, sharing.HalfLife, book);
        return new PoolReading(new PoolFacts(now, await ledger.Demands(), await ledger.Devices(), book, used), limits, use);
    }

    internal ProjectStanding Standing(string project)
    {
        var users = Facts.Demands.Where(d => d.Demand.Project == project).Select(d => d.Demand.Owner)
            .Concat(Use.Where(u => u.Project == project).Select(u => u.Owner)).Distinct().Order(StringComparer.Ordinal);
        return new ProjectStanding
        {
            Limits = Facts.Projects.Of(project),
            Use = Of(new Account(project)),
            Users = [.. users.Select(u => new UserUse(u, Of(new Account(project, u))))],
        };
    }

    private AccountUse Of(Account account)
    {
        var jobs = Facts.Demands.Where(d => account.Covers(d.Demand)).ToList();
        var held = Facts.Devices.Count(
            d => d.Lease is { } l && l.Project == account.Project && (account.Owner is null || l.Owner == account.Owner));
        return new AccountUse(jobs.Count(j => j.AdmittedAt is not null), jobs.Count(j => j.AdmittedAt is null), held,
            Facts.Use.HoursInPeriod(account), Facts.Use.Decayed(account) / 3600);
    }
}
