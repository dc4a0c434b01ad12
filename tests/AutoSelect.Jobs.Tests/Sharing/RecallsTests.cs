using AutoSelect.Contracts;
using AutoSelect.Jobs.Sharing;

namespace AutoSelect.Jobs.Tests.Sharing;

/// <summary>Who is asked for devices, for whom.</summary>
public sealed class RecallsTests
{
    private static Demand UpTo(Demand demand, int most, int core = 1) => demand with { Most = most, Core = core };

    [Fact]
    public void A_job_without_any_device_has_one_back_from_a_probing_lane()
    {
        var pool = new SharedPool().Job("a", with: d => UpTo(d, 3)).Devices(3, "a").Job("b");
        Assert.Equal("a=2", pool.Recalls());
        Assert.Equal("", pool.AskedBack("a", keep: 2).Recalls());
    }

    [Fact]
    public void Main_runs_are_left_alone_unless_a_setting_says_otherwise_and_their_priority_is_lower()
    {
        SharedPool Pool(SharingOptions options, int priority) => new SharedPool { Options = options }
            .Job("a", with: d => UpTo(d, 2, core: 2)).Devices(2, "a").Job("b", with: d => d with { Priority = priority });
        Assert.Equal("", Pool(new SharingOptions(), 8).Recalls());
        Assert.Equal("", Pool(new SharingOptions { MayEndCommitted = true }, 5).Recalls());
        var ended = Assert.Single(Pool(new SharingOptions { MayEndCommitted = true }, 8).Plan().Recalls);
        Assert.Equal((1, true), (ended.Recall!.Keep, ended.Recall.OfCommitted));
    }

    [Fact]
    public void A_lane_keeps_its_device_for_a_while()
    {
        var pool = new SharedPool().Job("a", with: d => UpTo(d, 3)).Devices(1, "a").Devices(2, "a", held: 10).Job("b").Job("c");
        Assert.Equal("a=2", pool.Recalls());
    }

    [Fact]
    public void Who_is_served_last_gives_first()
    {
        var pool = new SharedPool().Job("urgent", with: d => UpTo(d, 3) with { Priority = 8 }).Devices(3, "urgent")
            .Job("usual", with: d => UpTo(d, 2)).Devices(2, "usual").Job("b");
        Assert.Equal("usual=1", pool.Recalls());
        Assert.Equal("urgent=2 usual=1", pool.Job("c").Recalls());
    }

    [Fact]
    public void At_a_quota_a_job_has_its_device_from_the_same_account_alone()
    {
        var pool = new SharedPool().Limit("p", new UseLimits { Devices = 2 })
            .Job("a", with: d => UpTo(d, 2)).Devices(2, "a").Job("other", "q", with: d => UpTo(d, 5)).Devices(5, "other")
            .Devices(1).Job("b");
        Assert.Equal("a=1", string.Join(' ', pool.Recalls().Split(' ').Where(r => !r.StartsWith("other", StringComparison.Ordinal))));
    }

    [Fact]
    public void A_class_that_is_needed_is_asked_of_whoever_has_it()
    {
        var pool = new SharedPool().Job("a", with: d => UpTo(d, 9)).Devices(5, "a").Job("c", with: d => UpTo(d, 2))
            .Devices(2, "c", kind: DeviceKind.Cuda).Job("b", with: d => d with { Class = DeviceKind.Cuda });
        var recall = Assert.Single(pool.Plan().Recalls);
        Assert.Equal(("c", 1, DeviceKind.Cuda), (recall.Job.Value, recall.Recall!.Keep, recall.Recall.Kind));
    }

    [Fact]
    public void Who_has_less_than_its_share_gets_devices_until_one_more_would_turn_the_tables()
    {
        SharedPool Pool(int has) => new SharedPool().Job("a", "p", with: d => UpTo(d, 9)).Devices(9 - has, "a")
            .Job("b", "q", with: d => UpTo(d, 9)).Devices(has, "b");
        Assert.Equal("a=5", Pool(has: 1).Recalls());
        Assert.Equal("", Pool(has: 4).Recalls());
        Assert.Equal("", Pool(has: 5).Recalls());
    }

    [Fact]
    public void One_users_jobs_take_nothing_from_each_other_and_nobody_from_the_more_urgent()
    {
        Assert.Equal("", new SharedPool().Job("a", with: d => UpTo(d, 9)).Devices(8, "a")
            .Job("b", with: d => UpTo(d, 9)).Devices(1, "b").Recalls());
        Assert.Equal("", new SharedPool().Job("a", "p", with: d => UpTo(d, 9) with { Priority = 8 }).Devices(8, "a")
            .Job("b", "q", with: d => UpTo(d, 9)).Devices(1, "b").Recalls());
    }

    [Fact]
    public void A_limit_that_was_lowered_has_probing_lanes_end()
    {
        Assert.Equal("a=3", new SharedPool().Limit("p", new UseLimits { Devices = 3 })
            .Job("a", with: d => UpTo(d, 5)).Devices(5, "a").Recalls());
        Assert.Equal("a=2", new SharedPool().Limit("p", new UseLimits { DeviceHours = 1 }).Used("p", 2)
            .Job("a", with: d => UpTo(d, 5, core: 2)).Devices(5, "a").Recalls());
    }

    [Fact]
    public void What_is_needed_no_more_is_taken_back()
    {
        var pool = new SharedPool().Job("a", with: d => UpTo(d, 3)).AskedBack("a", keep: 2).Devices(3, "a");
        Assert.Null(Assert.Single(pool.Plan().Recalls).Recall);
    }
}
