using AutoSelect.Api.Requests;
using AutoSelect.Contracts;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Storage;

namespace AutoSelect.Api.Projects;

/// <summary>The pool as the ledger has it now, as the plan of the pool sees it.</summary>
internal sealed record PoolReading(PoolFacts Facts, IReadOnlyList<ProjectLimits> Limits, IReadOnlyList<DeviceUse> Use)
{
    public static async Task<PoolReading> Read(ApiCall call)
    {
        var (ledger, now) = (call.Parts.Leases, call.Run.Time.GetUtcNow());
        var limits = await ledger.Limits();
        var use = await ledger.Use(DeviceCharges.Oldest(now));
        var book = new ProjectBook(limits);
        var used = new UseBook(use, now, call.Parts.Sharing.HalfLife, book);
        return new PoolReading(new PoolFacts(now, await ledger.Demands(), await ledger.Devices(), book, used), limits, use);
    }

    public ProjectStanding Standing(string project)
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
