using AutoSelect.Contracts;

namespace AutoSelect.Storage.Tests;

/// <summary>What a ledger keeps of who may hold how much, and of what was held.</summary>
public abstract partial class LeaseLedgerContract
{
    [Fact]
    public async Task A_job_is_admitted_once_and_as_long_as_it_asks()
    {
        var ledger = await Open();
        Assert.False(await ledger.Admit(A));
        Assert.False((await ledger.HeldBy(A)).IsAdmitted);
        await ledger.State(Demand("a-1"), Samples.Start);
        Assert.False((await ledger.HeldBy(A)).IsAdmitted);
        Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.True(await ledger.Admit(A));
        Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.True(await ledger.Admit(A));
        await ledger.State(Demand("a-1") with { Most = 7 }, Samples.Start.AddSeconds(9));

        var other = await Open();
        Assert.True((await other.HeldBy(A)).IsAdmitted);
        Assert.Equal(Samples.Start.AddSeconds(5), Assert.Single(await other.Demands()).AdmittedAt);
        await ledger.State(Demand("a-1") with { Most = 0 }, Samples.Start);
        await ledger.State(Demand("a-1"), Samples.Start);
        Assert.False((await other.HeldBy(A)).IsAdmitted);
    }

    [Fact]
    public async Task No_more_jobs_are_admitted_than_a_project_and_a_user_may_have()
    {
        var ledger = await Open();
        foreach (var (job, project, owner) in ((string, string, string)[])[
            ("a-1", "p", "ann"), ("a-2", "p", "ann"), ("b-1", "p", "bob"), ("b-2", "p", "bob"), ("c-1", "q", "ann")])
            await ledger.State(Demand(job) with { Project = project, Owner = owner }, Samples.Start);
        var limits = new AccountLimits(OfProject: 2, OfUser: 1);
        Assert.True(await ledger.Admit(new JobId("a-1"), limits));
        Assert.False(await ledger.Admit(new JobId("a-2"), limits));
        Assert.True(await ledger.Admit(new JobId("a-1"), limits));
        Assert.True(await ledger.Admit(new JobId("b-1"), limits));
        Assert.False(await ledger.Admit(new JobId("b-2"), limits with { OfUser = 2 }));
        Assert.True(await ledger.Admit(new JobId("c-1"), limits));
        await ledger.State(Demand("a-1") with { Most = 0 }, Samples.Start);
        Assert.True(await ledger.Admit(new JobId("a-2"), limits));
    }

    [Fact]
    public async Task Of_many_jobs_that_want_the_last_place_exactly_one_gets_it()
    {
        var ledger = await Open();
        ILeaseLedger[] ledgers = [ledger, await Open()];
        for (var i = 0; i < 12; i++) await ledger.State(Demand($"job-{i}"), Samples.Start);
        var admitted = await Task.WhenAll(Enumerable.Range(0, 12).Select(i =>
            Task.Run(() => ledgers[i % 2].Admit(new JobId($"job-{i}"), new AccountLimits(1, null)))));
        Assert.Single(admitted, a => a);
    }

    [Fact]
    public async Task No_more_devices_are_granted_than_a_project_and_a_user_may_hold()
    {
        var ledger = await WithDevices();
        await ledger.Put(Samples.Device("node2-cpu0"), "local");
        await ledger.State(Demand("a-1") with { Project = "p", Owner = "ann" }, Samples.Start);
        await ledger.State(Demand("b-1") with { Project = "p", Owner = "bob" }, Samples.Start);
        var lease = (await ledger.Grant(D0, A, Expiry, 1, new AccountLimits(1, null)))!;
        Assert.Equal(("p", "ann"), (lease.Project, lease.Owner));
        Assert.Equal(lease, Assert.Single((await (await Open()).HeldBy(A)).Leases).Lease);
        Assert.Null(await ledger.Grant(D1, B, Expiry, 1, new AccountLimits(1, null)));
        Assert.Null(await ledger.Grant(D1, A, Expiry, 1, new AccountLimits(2, 1)));
        Assert.NotNull(await ledger.Grant(D1, B, Expiry, 1, new AccountLimits(2, 1)));
        await ledger.Revoke(lease.Token, "", false);
        Assert.NotNull(await ledger.Grant(D0, A, Expiry, 1, new AccountLimits(2, 1)));
    }

    [Fact]
    public async Task Why_a_job_waits_is_kept_until_it_is_admitted()
    {
        var ledger = await Open();
        await ledger.Hold(A, "nobody asked");
        await ledger.State(Demand("a-1"), Samples.Start);
        await ledger.Hold(A, "project p has 1 of 1 job running");
        Assert.Equal("project p has 1 of 1 job running", (await (await Open()).HeldBy(A)).Waits);
        await ledger.Admit(A);
        await ledger.Hold(A, "too late");
        Assert.Equal(("", null), ((await ledger.HeldBy(A)).Waits, Assert.Single(await ledger.Demands()).Recall));
    }

    [Fact]
    public async Task What_a_job_is_to_give_back_is_kept_until_it_is_taken_back()
    {
        var ledger = await Open();
        await ledger.State(Demand("a-1"), Samples.Start);
        var recall = new DeviceRecall(2, DeviceKind.Cuda, "another job lacks one", OfCommitted: true);
        await ledger.Recall(A, recall);
        Assert.Equal(recall, (await (await Open()).HeldBy(A)).Recall);
        await ledger.State(Demand("a-1") with { Most = 3 }, Samples.Start);
        Assert.Equal(recall, Assert.Single(await ledger.Demands()).Recall);
        await ledger.Recall(A, null);
        Assert.Null((await ledger.HeldBy(A)).Recall);
    }

    [Fact]
    public async Task What_is_trained_elsewhere_counts_in_no_limit_and_is_charged_to_nobody()
    {
        var ledger = await WithDevices();
        await ledger.Put(Samples.Device("elsewhere:a-1:c"), DeviceStatus.ElsewhereProvider);
        await ledger.State(Demand("a-1") with { Project = "p", Owner = "ann" }, Samples.Start);
        var lease = (await ledger.Grant(new DeviceId("elsewhere:a-1:c"), A, Expiry, 1))!;
        Assert.Equal(DeviceStatus.ElsewhereProvider, lease.Provider);
        Clock.Advance(TimeSpan.FromMinutes(1));
        await ledger.Charge();
        await ledger.Release(A, [lease.Token]);
        Assert.Empty(await ledger.Use(DateTimeOffset.MinValue));
        Assert.NotNull(await ledger.Grant(new DeviceId("elsewhere:a-1:c"), A, Expiry, 1));
        Assert.NotNull(await ledger.Grant(D0, A, Expiry, 1, new AccountLimits(1, 1)));
        Assert.Null(await ledger.Grant(D1, A, Expiry, 1, new AccountLimits(1, 1)));
    }

    [Fact]
    public async Task Device_time_is_charged_to_whose_lease_it_was_however_that_ended()
    {
        var ledger = await WithDevices();
        await ledger.State(Demand("a-1") with { Project = "p", Owner = "ann" }, Samples.Start);
        await ledger.State(Demand("b-1") with { Project = "p", Owner = "bob" }, Samples.Start);
        var lease = (await ledger.Grant(D0, A, Expiry, 1))!;
        await ledger.Grant(D1, B, Expiry, 1);
        Clock.Advance(TimeSpan.FromSeconds(60));
        await ledger.Charge();
        Assert.Equal((60.0, 60.0), await Charged());
        Clock.Advance(TimeSpan.FromSeconds(30));
        lease = Assert.Single((await ledger.Renew([lease]))!);
        await ledger.Release(A, [lease.Token]);
        Clock.Advance(TimeSpan.FromSeconds(5));
        await ledger.Remove(D1, "it left", false);
        Assert.Equal((90.0, 95.0), await Charged());

        lease = (await ledger.Grant(D0, A, Expiry, 1))!;
        Clock.Advance(TimeSpan.FromSeconds(7));
        await ledger.Revoke(lease.Token, "", false);
        Clock.Advance(TimeSpan.FromSeconds(50));
        await ledger.Charge();
        await ledger.Release(A, [lease.Token]);
        Assert.Equal((97.0, 95.0), await Charged());

        async Task<(double, double)> Charged()
        {
            var use = await (await Open()).Use(DateTimeOffset.MinValue);
            Assert.All(use, u => Assert.Equal("p", u.Project));
            return (use.Where(u => u.Owner == "ann").Sum(u => u.Seconds), use.Where(u => u.Owner == "bob").Sum(u => u.Seconds));
        }
    }

    [Fact]
    public async Task Time_in_which_nobody_charged_counts_up_to_a_bound()
    {
        var ledger = await WithDevices();
        await ledger.Grant(D0, A, Expiry, 1);
        Clock.Advance(TimeSpan.FromHours(9));
        await (await Reopened()).Charge();
        Assert.Equal(DeviceCharges.MostGap.TotalSeconds, Assert.Single(await (await Open()).Use(DateTimeOffset.MinValue)).Seconds);
    }

    [Fact]
    public async Task Hours_are_kept_apart_and_old_ones_forgotten()
    {
        var ledger = await WithDevices();
        await ledger.Grant(D0, A, Expiry, 1);
        for (var i = 0; i < 3; i++)
        {
            Clock.Advance(TimeSpan.FromHours(1));
            await ledger.Charge();
        }
        var use = await ledger.Use(DateTimeOffset.MinValue);
        Assert.Equal(3, use.Select(u => u.Hour).Distinct().Count());
        Assert.Equal(use.Skip(1), await ledger.Use(use[1].Hour));
        Clock.Advance(TimeSpan.FromDays(91));
        await ledger.Charge();
        Assert.Single(await ledger.Use(DateTimeOffset.MinValue));
    }

    [Fact]
    public async Task Limits_are_kept_as_they_were_set_and_checked()
    {
        var ledger = await Open();
        Assert.Empty(await ledger.Limits());
        var limits = new ProjectLimits
        {
            Project = "vision",
            Whole = new UseLimits { RunningJobs = 4, WaitingJobs = 9, Devices = 8, DeviceHours = 1.5, PeriodHours = 24, Weight = 2 },
        };
        await ledger.ChangeLimits("vision", known => known with { Whole = UseLimits.None });
        await ledger.ChangeLimits("vision", _ => limits);
        await ledger.ChangeLimits("nlp", known => known with
        {
            EachUser = new UseLimits { Devices = 1 },
            Users = known.Users.Add("ann", new UseLimits { Devices = 2 }),
        });
        var read = await (await Open()).Limits();
        Assert.Equal(["nlp", "vision"], read.Select(l => l.Project));
        Assert.Equal(limits.Whole, read[1].Whole);
        Assert.Equal((2, 1), (read[0].Of("ann").Devices, read[0].Of("bob").Devices));
        var error = await Assert.ThrowsAnyAsync<ArgumentException>(
            () => ledger.ChangeLimits("vision", known => known with { Whole = new UseLimits { Weight = 0 } }));
        Assert.Contains("whole.weight is 0: it must be from 0.01 to 100", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => ledger.ChangeLimits("new", known => known with { Whole = new UseLimits { Weight = 0 } }));
        Assert.Equal(2, (await ledger.Limits()).Count);
    }

    [Fact]
    public async Task Limits_that_several_change_at_once_keep_what_each_has_changed()
    {
        var ledgers = new[] { await Open(), await Open() };
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Task.Run(() => ledgers[i % 2].ChangeLimits(
            "vision", known => known with { Users = known.Users.Add($"u{i}", new UseLimits { Devices = i }) }))));
        Assert.Equal(40, Assert.Single(await ledgers[0].Limits()).Users.Count);
    }

    [Fact]
    public async Task A_device_is_listed_with_its_provider_and_price()
    {
        var ledger = await Open();
        await ledger.Put(Samples.Device(D0.Value), "cloud", .25);
        await ledger.Put(Samples.Device(D1.Value), "local");
        Assert.Equal([("cloud", .25), ("local", 0.0)], (await (await Open()).Devices()).Select(d => (d.Provider, d.Price)));
    }
}
