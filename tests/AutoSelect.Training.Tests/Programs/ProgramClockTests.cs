using AutoSelect.Training.Programs;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Training.Tests.Programs;

public sealed class ProgramClockTests
{
    private readonly FakeTimeProvider time = new();

    [Fact]
    public void What_was_taken_until_a_step_is_known_later_between_those_that_were_told()
    {
        var clock = new ProgramClock(time, firstStep: 100);
        Pass(clock, 5);
        clock.Started();
        Pass(clock, 10);
        clock.Reached(200, evaluationSeconds: 2);
        Pass(clock, 20);
        clock.Reached(400, evaluationSeconds: 0);
        Pass(clock, 1);
        Assert.Equal(new ProgramAccounts(0, 0, 5), clock.AccountsAfter(100));
        Assert.Equal(new ProgramAccounts(4, 1, 5), clock.AccountsAfter(150));
        Assert.Equal(new ProgramAccounts(8, 2, 5), clock.AccountsAfter(200));
        Assert.Equal(new ProgramAccounts(13, 2, 5), clock.AccountsAfter(250));
        Assert.Equal(new ProgramAccounts(28, 2, 5), clock.AccountsAfter(400));
        Assert.Equal(new ProgramAccounts(29, 2, 5), clock.AccountsAfter(401));
    }

    [Fact]
    public void Of_many_steps_enough_are_known()
    {
        var clock = new ProgramClock(time, firstStep: 0);
        clock.Started();
        for (var step = 1; step <= 20_000; step++)
        {
            Pass(clock, 1);
            clock.Reached(step, evaluationSeconds: 0);
        }
        foreach (var step in new[] { 1, 4095, 4096, 12_345, 19_999, 20_000 })
            Assert.Equal(step, clock.AccountsAfter(step).DeviceSeconds, tolerance: 1e-6);
    }

    [Fact]
    public void What_is_taken_late_counts_when_it_was_told()
    {
        var clock = new ProgramClock(time, firstStep: 0);
        Pass(clock, 5);
        clock.Started();
        var told = new List<long>();
        for (var step = 1; step <= 8; step++)
        {
            time.Advance(TimeSpan.FromSeconds(2));
            told.Add(time.GetTimestamp());
        }
        // Meanwhile a checkpoint was packed.
        time.Advance(TimeSpan.FromSeconds(100));
        for (var step = 1; step <= 8; step++)
        {
            clock.Heard(told[step - 1]);
            clock.Reached(step, evaluationSeconds: 0);
            Assert.Equal(new ProgramAccounts(2 * step, 0, 5), clock.AccountsThen);
        }
        Assert.Equal((2, 2), (clock.StepTime!.LowerQuartileSeconds, clock.StepTime.MeanSeconds));
    }

    [Fact]
    public void What_follows_the_programs_end_is_no_training()
    {
        var clock = new ProgramClock(time, firstStep: 0);
        clock.Started();
        Pass(clock, 10);
        clock.Reached(100, evaluationSeconds: 1);
        clock.Ended(time.GetTimestamp());
        time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(new ProgramAccounts(9, 1, 7), clock.Accounts);
    }

    private void Pass(ProgramClock clock, double seconds)
    {
        time.Advance(TimeSpan.FromSeconds(seconds));
        clock.Heard(time.GetTimestamp());
    }
}
