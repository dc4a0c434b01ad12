using AutoSelect.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Storage.Tests;

/// <summary>What every <see cref="ILeaseLedger"/> must do.</summary>
public abstract partial class LeaseLedgerContract
{
    private static readonly DeviceId D0 = new("node1-cpu0");
    private static readonly DeviceId D1 = new("node1-cpu1");
    private static readonly JobId A = new("a-1");
    private static readonly JobId B = new("b-1");
    private static readonly DateTimeOffset Expiry = Samples.Start.AddSeconds(15);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Clock of the ledgers, which device time is charged by.</summary>
    protected FakeTimeProvider Clock { get; } = new(Samples.Start);

    /// <summary>Opens the ledger of the test, empty at first. Called again, it is what another process sees of the same one.</summary>
    protected abstract ValueTask<ILeaseLedger> Open();

    [Fact]
    public async Task Devices_are_listed_by_id_as_they_were_last_put()
    {
        var ledger = await Open();
        await ledger.Put(Samples.Device(D1.Value), "local");
        await ledger.Put(Samples.Device(D0.Value), "local");
        await ledger.Put(Samples.Device(D1.Value) with { ProcessId = 77 }, "local");
        var devices = await (await Open()).Devices();
        Assert.Equal([Samples.Device(D0.Value), Samples.Device(D1.Value) with { ProcessId = 77 }], devices.Select(d => d.Device));
        Assert.All(devices, d => Assert.Null(d.Lease));
    }

    [Fact]
    public async Task A_device_that_is_put_again_keeps_its_lease()
    {
        var ledger = await WithDevices();
        var lease = await ledger.Grant(D0, A, Expiry, 1);
        await ledger.Put(Samples.Device(D0.Value) with { ProcessId = 77 }, "local");
        Assert.Equal(lease, (await ledger.Devices())[0].Lease);
    }

    [Fact]
    public async Task A_granted_lease_is_seen_by_all()
    {
        var ledger = await WithDevices();
        var lease = (await ledger.Grant(D0, A, Expiry, 0.25))!;
        var expected = new Lease { Device = D0, Job = A, Token = lease.Token, Expires = Expiry, Provider = "local", Price = 0.25 };
        Assert.Equal(expected with { Since = Samples.Start }, lease);
        var other = await Open();
        var held = await other.HeldBy(A);
        Assert.Equal([new HeldLease(lease, Samples.Device(D0.Value))], held.Leases);
        Assert.Empty(held.Lost);
        Assert.Equal([lease, null], (await other.Devices()).Select(d => d.Lease));
        Assert.Empty((await other.HeldBy(B)).Leases);
    }

    [Fact]
    public async Task What_is_held_or_not_there_is_not_granted()
    {
        var ledger = await WithDevices();
        Assert.NotNull(await ledger.Grant(D0, A, Expiry, 1));
        Assert.Null(await ledger.Grant(D0, B, Expiry, 1));
        Assert.Null(await ledger.Grant(D0, A, Expiry, 1));
        Assert.Null(await ledger.Grant(new DeviceId("nowhere"), A, Expiry, 1));
    }

    [Fact]
    public async Task Of_many_who_want_a_device_exactly_one_gets_it()
    {
        var ledger = await WithDevices();
        ILeaseLedger[] ledgers = [ledger, await Open()];
        for (var round = 0; round < 10; round++)
        {
            var grants = await Task.WhenAll(Enumerable.Range(0, 16).Select(i =>
                Task.Run(() => ledgers[i % 2].Grant(D0, new JobId($"job-{i}"), Expiry, 1))));
            var winner = Assert.Single(grants, g => g is not null)!;
            Assert.Equal(winner, (await ledger.Devices())[0].Lease);
            Assert.Equal(1, await ledger.Release(winner.Job, [winner.Token]));
        }
    }

    [Fact]
    public async Task Tokens_grow_over_restarts_and_over_what_was_given_back()
    {
        var last = 0L;
        for (var restart = 0; restart < 4; restart++)
        {
            var ledger = await Reopened();
            await ledger.Put(Samples.Device(D0.Value), "local");
            for (var i = 0; i < 3; i++)
            {
                var lease = (await ledger.Grant(D0, A, Expiry, 1))!;
                Assert.True(lease.Token > last);
                last = Assert.Single((await ledger.Renew([lease]))!).Token;
                Assert.True(last > lease.Token);
                if (i == 1) await ledger.Revoke(last, "", false);
                await ledger.Release(A, [last]);
            }
        }
    }

    [Fact]
    public async Task Renewing_fences_the_old_tokens_off()
    {
        var ledger = await WithDevices();
        Lease[] old = [(await ledger.Grant(D1, A, Expiry, 1))!, (await ledger.Grant(D0, A, Expiry, 1))!];
        var renewed = (await ledger.Renew(old))!;
        Assert.Equal(old, renewed.Select((lease, i) => lease with { Token = old[i].Token }));
        Assert.All(renewed, lease => Assert.True(lease.Token > old.Max(o => o.Token)));
        Assert.False(await ledger.Revoke(old[0].Token, "late", false));
        Assert.Equal(0, await ledger.Release(A, [old[0].Token, old[1].Token]));
        Assert.Null(await ledger.Renew([old[0]]));
        Assert.Equal(renewed.Select(l => l.Token).Order(), (await ledger.HeldBy(A)).Leases.Select(l => l.Lease.Token).Order());
        Assert.Empty((await ledger.HeldBy(A)).Lost);
    }

    [Fact]
    public async Task Renewing_is_all_or_none()
    {
        var ledger = await WithDevices();
        var (first, second) = ((await ledger.Grant(D0, A, Expiry, 1))!, (await ledger.Grant(D1, A, Expiry, 1))!);
        await ledger.Revoke(second.Token, "silent", false);
        Assert.Null(await ledger.Renew([first, second]));
        Assert.Null(await ledger.Renew([first, first]));
        Assert.Null(await ledger.Renew([first with { Job = B }]));
        Assert.Equal(first, Assert.Single((await ledger.HeldBy(A)).Leases).Lease);
        Assert.Empty((await ledger.Renew([]))!);
    }

    [Fact]
    public async Task What_was_taken_back_stays_visible_with_its_reason_until_it_is_released()
    {
        var ledger = await WithDevices();
        var lease = (await ledger.Grant(D0, A, Expiry, 1))!;
        Assert.True(await ledger.Revoke(lease.Token, "it fell silent", true));
        Assert.False(await ledger.Revoke(lease.Token, "another reason", false));
        Assert.NotNull(await ledger.Grant(D0, B, Expiry, 1));

        var held = await (await Open()).HeldBy(A);
        Assert.Empty(held.Leases);
        Assert.Equal([new LostLease(lease, "it fell silent", true)], held.Lost);

        Assert.Equal(0, await ledger.Release(B, [lease.Token]));
        Assert.Single((await ledger.HeldBy(A)).Lost);
        Assert.Equal(0, await ledger.Release(A, [lease.Token]));
        Assert.Empty((await ledger.HeldBy(A)).Lost);
        Assert.Single((await ledger.HeldBy(B)).Leases);
    }

    [Fact]
    public async Task Releasing_counts_what_was_in_force_and_passes_over_the_rest()
    {
        var ledger = await WithDevices();
        var (first, second) = ((await ledger.Grant(D0, A, Expiry, 1))!, (await ledger.Grant(D1, A, Expiry, 1))!);
        await ledger.Revoke(second.Token, "", false);
        Assert.Equal(1, await ledger.Release(A, [first.Token, second.Token, 987654321]));
        Assert.Equal(0, await ledger.Release(A, [first.Token]));
        Assert.Equal(0, await ledger.Release(A, []));
        Assert.NotNull(await ledger.Grant(D0, B, Expiry, 1));
    }

    [Fact]
    public async Task A_device_that_is_removed_takes_its_lease_with_it()
    {
        var ledger = await WithDevices();
        var lease = (await ledger.Grant(D0, A, Expiry, 1))!;
        Assert.Equal(A, await ledger.Remove(D0, "it left", false));
        Assert.Null(await ledger.Remove(D0, "it left", false));
        Assert.Null(await ledger.Remove(D1, "it left", false));
        Assert.Equal([new LostLease(lease, "it left", false)], (await ledger.HeldBy(A)).Lost);
        Assert.Empty(await ledger.Devices());
        Assert.Null(await ledger.Grant(D0, A, Expiry, 1));
        await ledger.Put(Samples.Device(D0.Value), "local");
        Assert.NotNull(await ledger.Grant(D0, A, Expiry, 1));
    }

    [Fact]
    public async Task A_demand_that_is_stated_again_keeps_its_place()
    {
        var ledger = await Open();
        var (a, b, c) = (Demand("a-1"), Demand("b-1"), Demand("c-1"));
        await ledger.State(b, Samples.Start);
        await ledger.State(a, Samples.Start.AddSeconds(1));
        await ledger.State(c, Samples.Start.AddSeconds(2));
        await ledger.State(b with { Most = 5, Price = 2 }, Samples.Start.AddSeconds(3));
        Assert.Equal([b with { Most = 5, Price = 2 }, a, c], (await (await Open()).Demands()).Select(d => d.Demand));
        Assert.Equal([0.0, 1, 2], (await ledger.Demands()).Select(d => (d.Since - Samples.Start).TotalSeconds));

        await ledger.State(b with { Most = 0 }, Samples.Start.AddSeconds(4));
        Assert.Equal([a, c], (await ledger.Demands()).Select(d => d.Demand));
        await ledger.State(b, Samples.Start.AddSeconds(5));
        Assert.Equal([a, c, b], (await ledger.Demands()).Select(d => d.Demand));
        await ledger.State(Demand("nobody-1") with { Most = 0 }, Samples.Start);
        await Assert.ThrowsAnyAsync<ArgumentException>(() => ledger.State(Demand("d-1") with { Least = 0 }, Samples.Start));
    }

    [Fact]
    public async Task The_version_grows_with_every_change_and_with_nothing_else()
    {
        var ledger = await WithDevices();
        var version = (await ledger.HeldBy(A)).Version;
        var lease = (await ledger.Grant(D0, A, Expiry, 1))!;
        await Grew();
        lease = Assert.Single((await ledger.Renew([lease]))!);
        await Grew();
        await ledger.Revoke(lease.Token, "", false);
        await Grew();
        await ledger.Release(A, [lease.Token]);
        await Grew();
        await ledger.State(Demand("a-1"), Samples.Start);
        await Grew();
        await ledger.Put(Samples.Device("node2-cpu0"), "local");
        await Grew();
        await ledger.Remove(new DeviceId("node2-cpu0"), "", false);
        await Grew();
        await ledger.Revoke(lease.Token, "", false);
        await ledger.Release(A, [lease.Token]);
        await ledger.Renew([lease]);
        await ledger.Grant(new DeviceId("nowhere"), A, Expiry, 1);
        Assert.Equal(version, (await (await Reopened()).HeldBy(B)).Version);

        async Task Grew()
        {
            var now = (await ledger.HeldBy(A)).Version;
            Assert.True(now > version);
            version = now;
        }
    }

    /// <summary>The same after everybody who had it open has closed it.</summary>
    protected abstract ValueTask<ILeaseLedger> Reopened();

    private static Demand Demand(string job) => new() { Job = new JobId(job), Least = 1, Most = 2, Class = DeviceKind.Cpu, Price = 1 };

    private async Task<ILeaseLedger> WithDevices()
    {
        var ledger = await Open();
        await ledger.Put(Samples.Device(D0.Value), "local");
        await ledger.Put(Samples.Device(D1.Value), "local");
        return ledger;
    }
}
