using AutoSelect.Contracts;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Storage;

namespace AutoSelect.Grains;

/// <summary>
/// What the pool knows of limits and of device time beside demands and leases: limits as of the last tick, device time as of the last
/// charge, a minute ago at most.
/// </summary>
internal sealed class PoolAccounts(ILeaseLedger ledger, TimeProvider time, SharingOptions sharing)
{
    private static readonly TimeSpan ChargeEvery = DeviceCharges.MostGap / 2;

    private ProjectBook? projects;
    private UseBook use = UseBook.Empty;
    private long? chargedAt;

    /// <summary>Reads the limits, and charges device time where that is due.</summary>
    public async Task Refresh()
    {
        projects = new ProjectBook(await ledger.Limits());
        if (chargedAt is { } last && time.GetElapsedTime(last) < ChargeEvery) return;
        await ledger.Charge();
        var now = time.GetUtcNow();
        use = new UseBook(await ledger.Use(DeviceCharges.Oldest(now)), now, sharing.HalfLife, projects);
        chargedAt = time.GetTimestamp();
    }

    public async Task<PoolFacts> Facts(IReadOnlyList<StatedDemand> demands, IReadOnlyList<DeviceStatus> devices)
    {
        if (projects is null) await Refresh();
        return new PoolFacts(time.GetUtcNow(), demands, devices, projects!, use);
    }
}
