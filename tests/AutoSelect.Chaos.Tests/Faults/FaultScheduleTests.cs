using AutoSelect.Chaos.Faults;

namespace AutoSelect.Chaos.Tests.Faults;

public sealed class FaultScheduleTests
{
    private static readonly FaultAbilities All = new(3, 8, true, true, true, true);

    [Fact]
    public void The_same_seed_draws_the_same_faults_and_another_seed_others()
    {
        var first = FaultSchedule.Create(1, 500, 600, All);
        Assert.Equal(first, FaultSchedule.Create(1, 500, 600, All));
        Assert.NotEqual(first, FaultSchedule.Create(2, 500, 600, All));
    }

    [Fact]
    public void All_kinds_come_in_order_within_the_time()
    {
        var faults = FaultSchedule.Create(1, 500, 600, All);
        Assert.Equal(Enum.GetValues<FaultKind>().Length, faults.Select(f => f.Kind).Distinct().Count());
        Assert.Equal(faults.OrderBy(f => f.At), faults);
        Assert.All(faults, f => Assert.InRange(f.At, 0, 600));
        Assert.All(faults, f => Assert.InRange(f.Seconds, 0, 30));
    }

    [Fact]
    public void What_a_machine_does_not_allow_is_left_out()
    {
        var faults = FaultSchedule.Create(1, 500, 600, new FaultAbilities(3, 0, false, false, false, false));
        Assert.Equal(500, faults.Length);
        Assert.Empty(faults.Select(f => f.Kind).Intersect(
        [
            FaultKind.CutSilo, FaultKind.CutDevices, FaultKind.JumpClock, FaultKind.SlowDisk, FaultKind.FullDisk, FaultKind.KillDevice,
            FaultKind.StopDevice,
        ]));
    }
}
