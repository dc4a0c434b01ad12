using AutoSelect.Contracts;

namespace AutoSelect.Storage.Tests;

/// <summary>What a ledger tells of its changes.</summary>
public abstract partial class LeaseLedgerContract
{
    [Fact]
    public async Task News_name_the_jobs_whose_sets_have_changed_and_no_others()
    {
        var ledger = await WithDevices();
        var other = await Open();
        var known = (await other.HeldBy(A)).Version;
        Assert.Empty(await News());
        await ledger.Put(Samples.Device("node2-cpu0"), "local");
        Assert.Empty(await News());
        await ledger.State(Demand("a-1"), Samples.Start);
        Assert.Equal([A], await News());
        await ledger.Hold(A, "it waits");
        Assert.Equal([A], await News());
        await ledger.Admit(A);
        Assert.Equal([A], await News());
        await ledger.State(Demand("b-1"), Samples.Start);
        await ledger.Admit(B);
        await ledger.Recall(A, new DeviceRecall(1, null, "others"));
        Assert.Equal([A, B], await News());
        var (first, second) = ((await ledger.Grant(D0, A, Expiry, 1))!, (await ledger.Grant(D1, B, Expiry, 1))!);
        Assert.Equal([A, B], await News());
        await ledger.Put(Samples.Device(D1.Value) with { ProcessId = 77 }, "local");
        Assert.Equal([B], await News());
        var renewed = (await ledger.Renew([first]))!;
        Assert.Equal([A], await News());
        await ledger.Revoke(renewed[0].Token, "silent", false);
        Assert.Equal([A], await News());
        await ledger.Remove(D1, "it left", false);
        Assert.Equal([B], await News());
        await ledger.Remove(new DeviceId("node2-cpu0"), "it left", false);
        Assert.Empty(await News());
        await ledger.Release(A, [renewed[0].Token]);
        await ledger.Release(B, [renewed[0].Token]);
        Assert.Equal([A], await News());
        await ledger.State(Demand("b-1") with { Most = 0 }, Samples.Start);
        Assert.Equal([B], await News());

        async Task<IEnumerable<JobId>> News()
        {
            var news = await other.News(known);
            Assert.Equal((await ledger.HeldBy(A)).Version, news.Version);
            Assert.All(news.Jobs!, j => Assert.InRange(j.Value, known + 1, news.Version));
            known = news.Version;
            return news.Jobs!.Keys.OrderBy(j => j.Value);
        }
    }

    [Fact]
    public async Task News_have_the_version_of_each_jobs_last_change()
    {
        var ledger = await Open();
        await ledger.State(Demand("a-1"), Samples.Start);
        var before = (await ledger.HeldBy(A)).Version;
        await ledger.State(Demand("b-1"), Samples.Start);
        await ledger.Admit(B);
        var news = await ledger.News(0);
        Assert.Equal((before, news.Version), (news.Jobs![A], news.Jobs[B]));
        await ledger.Charge();
        Assert.Equal(news.Jobs.OrderBy(j => j.Value), (await ledger.News(0)).Jobs!.OrderBy(j => j.Value));
    }

    [Fact]
    public async Task What_changes_nothing_is_no_news()
    {
        var ledger = await Open();
        await ledger.State(Demand("a-1"), Samples.Start);
        await ledger.Admit(A);
        var version = (await ledger.HeldBy(A)).Version;
        await ledger.State(Demand("a-1"), Samples.Start.AddSeconds(1));
        await ledger.State(Demand("b-1") with { Most = 0 }, Samples.Start);
        await ledger.Admit(A);
        await ledger.Hold(A, "too late");
        await ledger.Recall(B, null);
        await ledger.Charge();
        Assert.Equal((version, 0), ((await ledger.News(version)).Version, (await ledger.News(version)).Jobs!.Count));
        await ledger.State(Demand("a-1") with { Price = 2 }, Samples.Start);
        Assert.Equal([A], (await ledger.News(version)).Jobs!.Keys);
    }

    [Fact]
    public async Task Limits_are_news_of_no_job()
    {
        var ledger = await Open();
        var version = (await ledger.HeldBy(A)).Version;
        await ledger.ChangeLimits("p", limits => limits);
        var news = await ledger.News(version);
        Assert.True(news.Version > version);
        Assert.Empty(news.Jobs!);
    }

    [Fact]
    public async Task Of_a_version_that_the_ledger_has_not_had_nothing_is_known()
    {
        var ledger = await WithDevices();
        var version = (await ledger.HeldBy(A)).Version;
        Assert.Equal(new LeaseNews(version, null), await ledger.News(version + 1));
        Assert.NotNull((await ledger.News(version)).Jobs);
    }

    [Theory]
    [InlineData(LeaseNews.Kept, 0, true)]
    [InlineData(LeaseNews.Kept + 1, 0, false)]
    [InlineData(7, 8, false)]
    public void News_are_kept_for_so_many_changes(long version, long since, bool isKnown) =>
        Assert.Equal(isKnown, LeaseNews.IsKnown(version, since));
}
