using AutoSelect.Contracts;
using AutoSelect.Training.Programs.Ranks;

namespace AutoSelect.Training.Tests.Programs.Ranks;

public sealed class HaltingTests
{
    private readonly Halting halting = new();

    private static RankNews News(HaltReason wish = HaltReason.None, long haltAt = -1, SegmentOrder order = SegmentOrder.Continue) =>
        new() { Wish = wish, HaltAt = haltAt, Order = order };

    [Fact]
    public void Nobody_is_asked_while_nobody_wants_anything() => Assert.Equal(default, halting.Next([News(), News(HaltReason.Save)]));

    [Fact]
    public void All_are_asked_once_and_halt_after_the_latest_step_that_was_promised()
    {
        Assert.True(halting.Next([News(HaltReason.Save), News()]).IsAsked);
        Assert.Equal(default, halting.Next([News(HaltReason.Save, 7), News()]));
        Assert.Equal(new HaltMove(false, HaltReason.Save, 9), halting.Next([News(HaltReason.Save, 7), News(haltAt: 9)]));
        Assert.Equal(default, halting.Next([News(haltAt: 7), News(haltAt: 9)]));
    }

    [Fact]
    public void An_order_to_one_of_them_while_they_are_asked_makes_it_a_pause_after_which_nothing_comes()
    {
        halting.Next([News(HaltReason.Save), News()]);
        var all = new[] { News(HaltReason.Save, 7), News(haltAt: 9, order: SegmentOrder.Interrupt) };
        Assert.Equal(new HaltMove(false, HaltReason.Pause, 9), halting.Next(all));
        Assert.Equal(default, halting.Next(all));
    }

    [Fact]
    public void Whoever_has_promised_is_told_also_where_the_wish_is_gone()
    {
        halting.Next([News(HaltReason.Save), News()]);
        Assert.Equal(new HaltMove(false, HaltReason.Save, 4), halting.Next([News(haltAt: 3), News(haltAt: 4)]));
    }
}
