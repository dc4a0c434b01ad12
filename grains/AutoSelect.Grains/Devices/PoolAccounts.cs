using AutoSelect.Contracts;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Storage;

namespace AutoSelect.Grains;

/// <summary>
/// What the pool knows of limits and of device time beside demands and leases: limits as they are, so that a new one counts at once, device
/// time as of the last charge, a minute ago at most.
/// </summary>
internal sealed class PoolAccounts(ILeaseLedger ledger, TimeProvider time, SharingOptions sharing)
{
    private static readonly TimeSpan ChargeEvery = DeviceCharges.MostGap / 2;

    private UseBook use = UseBook.Empty;
    private long? chargedAt;

    /// <summary>Charges device time where that is due.</summary>
    public async Task Charge()
    {
        if (chargedAt is { } last && time.GetElapsedTime(last) < ChargeEvery) return;
        await ledger.Charge();
        var now = time.GetUtcNow();
        use = new UseBook(
            await ledger.Use(DeviceCharges.Oldest(now)), now, sharing.HalfLife, new ProjectBook(await ledger.Limits()));
        chargedAt = time.GetTimestamp();
    }

    public async Task<PoolFacts> Facts(IReadOnlyList<StatedDemand> demands, IReadOnlyList<DeviceStatus> devices) =>
        new(time.GetUtcNow(), demands, devices, new ProjectBook(await ledger.Limits()), use);
}
