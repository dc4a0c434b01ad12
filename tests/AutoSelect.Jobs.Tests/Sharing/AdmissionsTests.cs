using AutoSelect.Contracts;

namespace AutoSelect.Jobs.Tests.Sharing;

/// <summary>Which jobs may start, in which order, and what those are told that may not.</summary>
public sealed class AdmissionsTests
{
    private static string Admitted(SharedPool pool) => string.Join(' ', pool.Plan().Admitted.Select(d => d.Job.Value));

    [Fact]
    public void Without_limits_all_start()
    {
        var pool = new SharedPool().Job("a", isAdmitted: false).Job("b", isAdmitted: false);
        Assert.Equal("a b", Admitted(pool));
        Assert.Empty(pool.Plan().Held);
    }

    [Fact]
    public void Beyond_a_projects_running_jobs_one_waits_and_is_told_the_figures()
    {
        var pool = new SharedPool().Limit("vision", new UseLimits { RunningJobs = 2 })
            .Job("a", "vision").Job("b", "vision", isAdmitted: false).Job("c", "vision", isAdmitted: false).Job("d", isAdmitted: false);
        Assert.Equal("b d", Admitted(pool));
        Assert.Equal("project vision has 2 of 2 jobs running", Assert.Single(pool.Plan().Held).Reason);
    }

    [Fact]
    public void A_users_running_jobs_are_those_in_the_project()
    {
        var pool = new SharedPool().Limit("p", UseLimits.None, new UseLimits { RunningJobs = 1 })
            .Job("a", owner: "ann").Job("b", owner: "ann", isAdmitted: false).Job("c", owner: "bob", isAdmitted: false)
            .Job("d", "q", "ann", isAdmitted: false);
        Assert.Equal("c d", string.Join(' ', Admitted(pool).Split(' ').Order()));
        Assert.Equal("user ann in project p has 1 of 1 job running", Assert.Single(pool.Plan().Held).Reason);
    }

    [Fact]
    public void The_place_that_is_left_goes_by_priority_then_by_share_then_by_age()
    {
        SharedPool Pool() => new SharedPool().Limit("p", new UseLimits { RunningJobs = 2 })
            .Job("running", owner: "ann").Devices(1, "running")
            .Job("old", owner: "ann", waited: 60, isAdmitted: false).Job("young", owner: "bob", waited: 10, isAdmitted: false);
        Assert.Equal("young", Admitted(Pool()));
        Assert.Equal("urgent", Admitted(
            Pool().Job("urgent", owner: "ann", isAdmitted: false, with: d => d with { Priority = JobPriority.High })));
        Assert.Equal("older", Admitted(Pool().Job("older", owner: "bob", waited: 30, isAdmitted: false)));
    }

    [Fact]
    public void Used_up_device_hours_hold_jobs_until_the_period_is_over()
    {
        SharedPool Pool(double ago) => new SharedPool().Limit("p", new UseLimits { DeviceHours = 10, PeriodHours = 24 })
            .Used("p", hours: 11, ago: ago).Job("a", isAdmitted: false);
        Assert.Equal("project p has used its 10 device-hours in 24 h", Assert.Single(Pool(ago: 3).Plan().Held).Reason);
        Assert.Equal("a", Admitted(Pool(ago: 30)));
    }

    [Fact]
    public void A_reason_that_was_told_is_not_told_again()
    {
        var pool = new SharedPool().Limit("p", new UseLimits { RunningJobs = 0 }).Job("a", isAdmitted: false);
        var facts = pool.Facts;
        var told = facts with { Demands = [facts.Demands[0] with { Waits = "project p has 0 of 0 jobs running" }] };
        Assert.Single(pool.Plan().Held);
        Assert.Empty(Jobs.Sharing.PoolPlan.Make(told, pool.Options).Held);
    }
}
