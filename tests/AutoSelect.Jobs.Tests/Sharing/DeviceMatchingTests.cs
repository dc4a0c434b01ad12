using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Tests.Sharing;

/// <summary>Which free devices go to whom.</summary>
public sealed class DeviceMatchingTests
{
    private static Demand UpTo(Demand demand, int most, int core = 1) => demand with { Most = most, Core = core };

    [Fact]
    public void First_all_get_what_they_need_at_least_then_their_main_runs_then_the_rest_goes_round()
    {
        var pool = new SharedPool().Job("a", with: d => UpTo(d, 4, core: 2)).Job("b", with: d => UpTo(d, 3)).Devices(6);
        Assert.Equal("a b a b a b", pool.Grants());
    }

    private static Demand Elsewhere(Demand demand) => demand with { Class = DeviceKind.Elsewhere, Most = 2 };

    [Fact]
    public void A_client_that_trains_elsewhere_is_for_its_job_alone_and_no_device_is_for_that_job()
    {
        var pool = new SharedPool().Job("a", with: Elsewhere).Job("b", with: Elsewhere).Job("c", with: d => UpTo(d, 9))
            .Clients("b").Devices(1);
        Assert.Equal("b c", pool.Grants());
        var waits = pool.Plan().Waits;
        Assert.Equal("0 clients asked for its runs, which are trained elsewhere", waits[new JobId("a")]);
        Assert.Equal("1 device in use; 0 jobs before it", waits[new JobId("c")]);
    }

    [Fact]
    public void What_is_trained_elsewhere_counts_in_no_quota_and_no_share_and_is_asked_of_nobody()
    {
        var limits = new UseLimits { Devices = 0, DeviceHours = 1 };
        var pool = new SharedPool().Limit("p", limits).Used("p", 5).Job("a", with: Elsewhere).Clients("a", holder: "a").Clients("a");
        Assert.Equal("a", pool.Grants());
        Assert.Equal("a", new SharedPool().Limit("p", limits).Used("p", 5).Job("a", isAdmitted: false, with: Elsewhere)
            .Clients("a").Grants());
        // Two of three clients are another project's: it has no more than its share of the one device for that.
        var shares = new SharedPool().Job("a", "p", with: Elsewhere).Clients("a", "a").Clients("a", "a")
            .Job("b", "p", with: d => UpTo(d, 2)).Job("c", "q", waited: -1).Devices(1);
        Assert.Equal("b", shares.Grants());
        // One that lacks a client takes nothing from others, and those with clients give nothing.
        var lacking = new SharedPool().Job("a", "p", with: Elsewhere).Job("b", "q", with: Elsewhere).Clients("b", "b").Clients("b", "b")
            .Job("c", "r", with: d => UpTo(d, 2)).Devices(2, "c").Job("d", "s");
        Assert.Equal("c=1", lacking.Recalls());
    }

    [Fact]
    public void Urgent_jobs_are_first_among_those_that_need_and_among_those_that_probe()
    {
        var pool = new SharedPool().Job("a", with: d => UpTo(d, 3)).Job("b", with: d => UpTo(d, 2) with { Priority = JobPriority.High })
            .Devices(4);
        Assert.Equal("b a b a", pool.Grants());
    }

    [Fact]
    public void Who_holds_less_for_its_weight_is_first()
    {
        var pool = new SharedPool().Limit("heavy", new UseLimits { Weight = 2 })
            .Job("a", "light", with: d => UpTo(d, 9)).Job("b", "heavy", with: d => UpTo(d, 9)).Devices(9);
        var grants = pool.Grants().Split(' ');
        Assert.Equal((3, 6), (grants.Count(g => g == "a"), grants.Count(g => g == "b")));
    }

    [Fact]
    public void Of_those_that_hold_alike_who_has_used_less_is_first()
    {
        var pool = new SharedPool().Used("p", 5).Used("q", 4).Job("a", "p").Job("b", "q").Devices(1);
        Assert.Equal("b", pool.Grants());
        Assert.Equal("a", new SharedPool().Used("p", 5, ago: 24 * 14).Used("q", 4).Job("a", "p").Job("b", "q").Devices(1).Grants());
    }

    [Fact]
    public void A_share_is_that_of_the_scarcest_kind()
    {
        // Two of four accelerators are half of them; two of eight processors a quarter.
        var pool = new SharedPool().Job("a", "p", with: d => UpTo(d, 9)).Job("b", "q", with: d => UpTo(d, 9))
            .Devices(2, "a", kind: DeviceKind.Cuda).Devices(2, "b").Devices(2, kind: DeviceKind.Cuda).Devices(6).Devices(0);
        Assert.StartsWith("b", pool.Grants(), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_users_own_jobs_the_one_that_offers_more_is_first_then_the_older()
    {
        Assert.Equal("b", new SharedPool().Job("a").Job("b", with: d => d with { Price = 2 }).Devices(1).Grants());
        Assert.Equal("b", new SharedPool().Job("a").Job("b", waited: 5).Devices(1).Grants());
    }

    [Fact]
    public void A_class_is_honoured_whoever_comes_first()
    {
        var pool = new SharedPool().Job("a", with: d => d with { Class = DeviceKind.Cuda }).Job("b").Devices(1);
        Assert.Equal("b", pool.Grants());
        Assert.Equal("no device of kind Cuda has joined", pool.Plan().Waits[new JobId("a")]);
    }

    [Fact]
    public void Own_devices_go_before_borrowed_ones_and_cheap_ones_before_dear_ones()
    {
        var pool = new SharedPool().Job("a", with: d => UpTo(d, 3))
            .Devices(1, provider: "dear", price: .2).Devices(1, provider: "cheap", price: .1).Devices(1);
        Assert.Equal("local2 cheap1 dear0", string.Join(' ', pool.Plan().Grants.Select(g => g.Device.Value)));
    }

    [Fact]
    public void Quotas_of_devices_are_kept_and_said()
    {
        var pool = new SharedPool().Limit("p", new UseLimits { Devices = 3 }, new UseLimits { Devices = 2 })
            .Job("a", owner: "ann", with: d => UpTo(d, 9)).Job("b", owner: "bob", with: d => UpTo(d, 9)).Devices(9);
        Assert.Equal(["a", "a", "b"], pool.Grants().Split(' ').Order());
        Assert.Equal("project p holds 3 of 3 devices", pool.Plan().Waits[new JobId("b")]);
    }

    [Fact]
    public void Used_up_device_hours_leave_what_running_jobs_need_at_least()
    {
        var pool = new SharedPool().Limit("p", new UseLimits { DeviceHours = 1 }).Used("p", 1).Job("a", with: d => UpTo(d, 9)).Devices(9);
        Assert.Equal("a", pool.Grants());
    }

    [Fact]
    public void Who_is_asked_for_devices_gets_none()
    {
        var pool = new SharedPool().Job("a", with: d => UpTo(d, 5)).AskedBack("a", keep: 2).Devices(3, "a").Devices(2);
        Assert.Equal("", pool.Grants());
    }

    [Fact]
    public void Who_has_waited_for_a_day_is_before_all_others()
    {
        Assert.Equal("b", new SharedPool().Job("a", waited: 3600 * 23).Job("b", with: d => d with { Priority = 8 }).Devices(1).Grants());
        Assert.Equal("a", new SharedPool().Job("a", waited: 3600 * 24).Job("b", with: d => d with { Priority = 8 }).Devices(1).Grants());
        var late = new SharedPool().Used("p", 1000).Job("a", waited: 3600 * 25)
            .Job("b", "q", waited: 3600 * 12, with: d => d with { Priority = 10 }).Devices(1);
        Assert.Equal("a", late.Grants());
    }

    [Fact]
    public void Who_waits_is_told_how_many_come_first()
    {
        var waits = new SharedPool().Job("a").Job("b").Job("c").Devices(1, "a").Plan().Waits;
        Assert.Equal("1 device in use; 0 jobs before it", waits[new JobId("b")]);
        Assert.Equal("1 device in use; 1 job before it", waits[new JobId("c")]);
        Assert.False(waits.ContainsKey(new JobId("a")));
    }
}
