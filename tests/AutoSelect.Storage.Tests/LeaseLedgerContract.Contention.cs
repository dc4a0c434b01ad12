using System.Collections.Concurrent;
using AutoSelect.Contracts;

namespace AutoSelect.Storage.Tests;

public abstract partial class LeaseLedgerContract
{
    [Fact]
    public async Task Callers_who_contend_for_a_device_see_one_order()
    {
        ILeaseLedger[] ledgers = [await Open(), await Open()];
        for (var seed = 0; seed < 60; seed++)
        {
            var device = new DeviceId($"device-{seed}");
            await ledgers[0].Put(Samples.Device(device.Value), "local");
            var history = new LeaseHistory();
            var known = new ConcurrentBag<Lease>();
            await Task.WhenAll(Enumerable.Range(0, 4).Select(caller =>
            {
                var random = new Random(seed * 4 + caller);
                return Task.Run(async () =>
                {
                    for (var i = 0; i < 5; i++) await Do(ledgers[caller % 2], device, random, history, known);
                }, Ct);
            }));
            Assert.True(history.IsLinearizable(), history.ToString());
        }
    }

    /// <summary>Everybody names tokens that anybody got, new and old.</summary>
    private static Task<long> Do(ILeaseLedger ledger, DeviceId device, Random random, LeaseHistory history, ConcurrentBag<Lease> known)
    {
        var leases = known.OrderByDescending(l => l.Token).Take(3).ToList();
        var lease = leases.Count == 0 ? null : leases[random.Next(leases.Count)];
        return (lease is null ? 0 : random.Next(5)) switch
        {
            0 or 1 => history.Add("grant", 0, async () => Known(await ledger.Grant(device, A, Expiry, 1))),
            2 => history.Add("renew", lease!.Token, async () => Known((await ledger.Renew([lease]))?[0])),
            3 => history.Add("end", lease!.Token, async () => await ledger.Revoke(lease.Token, "", false) ? 1 : 0),
            _ => history.Add("end", lease!.Token, async () => await ledger.Release(A, [lease.Token])),
        };

        long Known(Lease? got)
        {
            if (got is not null) known.Add(got);
            return got?.Token ?? 0;
        }
    }
}
