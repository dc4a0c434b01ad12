using AutoSelect.Contracts;
using AutoSelect.Training.Segments;
using AutoSelect.Training.Strategies;

namespace AutoSelect.Training.Tests.Segments;

/// <summary>Steps of 10 ms, of which every fifth takes 60 ms: 20 ms on average.</summary>
public sealed class StepClockTests
{
    private static readonly WorkCycle everyFifth = new(3, 5);

    [Fact]
    public void What_is_done_every_few_steps_is_part_of_the_quartile()
    {
        var time = Timed(everyFifth, steps: 103);
        Assert.Equal((.02, .02, 5), (Math.Round(time.LowerQuartileSeconds, 9), Math.Round(time.MeanSeconds, 9), time.Cycle));
        Assert.Equal(0, time.Spread, 1e-9);
        Assert.Equal(103, time.Steps);
        // The same steps taken for equal ones: the quartile knows nothing of the fifth.
        Assert.Equal(.01, Timed(WorkCycle.EveryStep, steps: 103).LowerQuartileSeconds, 1e-9);
    }

    [Fact]
    public void Steps_before_work_comes_round_are_not_counted()
    {
        var clock = new StepClock();
        for (var step = 0; step < 20; step++) clock.Add(1, 1, step + 1, new WorkCycle(20, 5));
        Assert.Null(clock.Result());
        for (var step = 20; step < 40; step++) clock.Add(Seconds(step), 1, step + 1, new WorkCycle(20, 5));
        Assert.Equal(.02, clock.Result()!.MeanSeconds, 1e-9);
    }

    [Fact]
    public void Single_steps_stand_in_until_a_cycle_is_whole()
    {
        var time = Timed(new WorkCycle(0, 50), steps: 20);
        Assert.Equal(1, time.Cycle);
        Assert.InRange(time.LowerQuartileSeconds, .0099, .0101);
        Assert.InRange(time.MeanSeconds, .017, .023);
    }

    [Fact]
    public void One_whole_cycle_speaks_and_has_the_error_of_its_steps()
    {
        var time = Timed(everyFifth, steps: 9);
        Assert.Equal((5, .02), (time.Cycle, Math.Round(time.MeanSeconds, 9)));
        Assert.InRange(time.StandardErrorSeconds, .001, .02);
    }

    [Fact]
    public void Groups_are_joined_until_their_cycles_are_whole_or_so_many_that_a_part_is_no_matter()
    {
        var clock = new StepClock();
        var step = 0;
        foreach (var size in new[] { 3, 2, 3, 4, 1 })
        {
            clock.Add(Enumerable.Range(step, size).Sum(Seconds), size, step + size, everyFifth);
            step += size;
        }
        Assert.Equal((5, .02), (clock.Result()!.Cycle, Math.Round(clock.Result()!.MeanSeconds, 9)));
        var many = new StepClock();
        for (var at = 0; at < 183; at += 61) many.Add(Enumerable.Range(at, 61).Sum(Seconds), 61, at + 61, new WorkCycle(0, 5));
        Assert.Equal(5, many.Result()!.Cycle);
        Assert.InRange(many.Result()!.MeanSeconds, .0195, .0208);
    }

    [Fact]
    public void A_cycle_that_changes_leaves_its_open_part()
    {
        var clock = new StepClock();
        for (var step = 0; step < 6; step++) clock.Add(step == 5 ? 9 : Seconds(step), 1, step + 1, everyFifth);
        for (var step = 6; step < 40; step++) clock.Add(Seconds(step), 1, step + 1, new WorkCycle(3, 10));
        Assert.Equal(10, clock.Result()!.Cycle);
        Assert.InRange(clock.Result()!.MeanSeconds, .0199, .0201);
    }

    [Fact]
    public void The_spread_is_that_of_single_steps()
    {
        var time = new StepTime { Steps = 400, LowerQuartileSeconds = .01, MeanSeconds = .0106745, StandardErrorSeconds = 0 };
        Assert.Equal(.1 / 1.06745, time.Spread, 1e-6);
        // Cycles of four steps vary half as much.
        Assert.Equal(2 * time.Spread, (time with { Cycle = 4 }).Spread, 1e-9);
    }

    private static double Seconds(int step) => (step - 3) % 5 == 0 ? .06 : .01;

    private static StepTime Timed(WorkCycle cycle, int steps)
    {
        var clock = new StepClock();
        for (var step = 0; step < steps; step++) clock.Add(Seconds(step), 1, step + 1, cycle);
        return clock.Result()!;
    }
}
