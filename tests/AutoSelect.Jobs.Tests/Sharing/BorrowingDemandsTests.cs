using AutoSelect.Contracts;
using AutoSelect.Jobs.Sharing;

namespace AutoSelect.Jobs.Tests.Sharing;

/// <summary>For which devices something may be borrowed.</summary>
public sealed class BorrowingDemandsTests
{
    private static string Most(SharedPool pool) =>
        string.Join(' ', BorrowingDemands.Within(pool.Facts, pool.Options).Demands.Select(d => $"{d.Job}={d.Most}"));

    private static Func<Demand, Demand> Wants(int most, int least = 1) => d => d with { Most = most, Least = least };

    [Fact]
    public void Without_limits_jobs_borrow_for_all_that_they_ask_for()
    {
        var pool = new SharedPool().Job("a", with: Wants(8)).Devices(2, "a").Job("b", with: Wants(3)).Job("waits", isAdmitted: false);
        Assert.Equal("a=8 b=3", Most(pool));
        Assert.Empty(BorrowingDemands.Within(pool.Facts, pool.Options).Blocked);
    }

    [Fact]
    public void A_project_over_its_quota_borrows_nothing()
    {
        var pool = new SharedPool().Limit("vision", new UseLimits { Devices = 2 })
            .Job("a", "vision", with: Wants(6)).Devices(3, "a").Job("b", "vision", with: Wants(4)).Job("c", "other", with: Wants(4));
        // "a" keeps what it holds: what is over a limit that was lowered is asked back by the pool.
        Assert.Equal("a=3 b=0 c=4", Most(pool));
        var blocked = BorrowingDemands.Within(pool.Facts, pool.Options).Blocked;
        Assert.Equal("project vision holds 3 of 2 devices", blocked[new JobId("b")]);
        Assert.DoesNotContain(new JobId("c"), blocked.Keys);
    }

    [Fact]
    public void What_a_quota_leaves_is_shared_in_the_order_in_which_the_pool_would_grant_it()
    {
        var pool = new SharedPool().Limit("vision", new UseLimits { Devices = 5 })
            .Job("a", "vision", "ann", with: Wants(6)).Devices(2, "a").Job("b", "vision", "bob", with: Wants(6));
        Assert.Equal("a=3 b=2", Most(pool));
        Assert.Equal(
            "a=3 b=2", Most(new SharedPool().Limit("vision", new UseLimits { Devices = 5 }, new UseLimits { Devices = 3 })
                .Job("a", "vision", "ann", with: d => Wants(6)(d) with { Priority = JobPriority.High })
                .Job("b", "vision", "bob", with: Wants(6))));
    }

    [Fact]
    public void With_its_device_hours_used_up_a_job_borrows_what_it_needs_at_least()
    {
        var pool = new SharedPool().Limit("p", new UseLimits { DeviceHours = 10, PeriodHours = 24 }).Used("p", hours: 11, ago: 1)
            .Job("a", with: Wants(6, least: 2)).Job("b", with: Wants(4)).Devices(1, "b");
        Assert.Equal("a=2 b=1", Most(pool));
    }

    [Fact]
    public void What_is_asked_back_is_not_borrowed_for() =>
        Assert.Equal("a=1", Most(new SharedPool().Job("a", with: Wants(6)).Devices(3, "a").AskedBack("a", keep: 1)));
}
