using AutoSelect.Contracts;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static AutoSelect.Providers.Tests.Samples;

namespace AutoSelect.Providers.Tests.Borrowing;

/// <summary>A borrower dies at some point, and the next one of the same control id begins with nothing.</summary>
public sealed class BorrowerCrashTests
{
    private readonly FakeTimeProvider time = new(Start);
    private readonly SimulatedScheduler scheduler;
    private int requests;

    public BorrowerCrashTests() => scheduler = new SimulatedScheduler(time, Class());

    private Borrower NewBorrower() => new(
        scheduler, Control, new BorrowingOptions(), time, NullLogger<Borrower>.Instance, _ => $"r{++requests}");

    private static Task<BorrowingRound> Round(Borrower borrower, int missing, params DeviceStatus[] devices) =>
        borrower.Round(new PoolView(missing > 0 ? [Want(missing)] : [], devices), TestContext.Current.CancellationToken);

    [Fact]
    public async Task TheNextOneUsesWhatIsWanted()
    {
        await Round(NewBorrower(), 2);
        scheduler.Start(Label("r1"));
        var round = await Round(NewBorrower(), 1, Registered(Label("r1"), new JobId("job")));
        Assert.Equal([BorrowStage.InUse, BorrowStage.Queued], round.Borrowed.Select(b => b.Stage));
        Assert.Equal(2, scheduler.Requested.Count);
        Assert.Empty(scheduler.Released);
    }

    [Fact]
    public async Task TheNextOneGivesBackWhatIsNot()
    {
        await Round(NewBorrower(), 3);
        scheduler.Start(Label("r1"));
        scheduler.Start(Label("r2"));
        time.Advance(TimeSpan.FromSeconds(5));
        var next = NewBorrower();
        await Round(next, 0, Registered(Label("r1")));
        Assert.Equal([Label("r3")], scheduler.Released);
        time.Advance(TimeSpan.FromSeconds(60));
        await Round(next, 0, Registered(Label("r1")));
        Assert.Empty(scheduler.Live);
    }

    [Fact]
    public async Task WhatEndedWhileNobodyLookedIsNoNews()
    {
        await Round(NewBorrower(), 1);
        scheduler.Set(Label("r1"), BorrowState.Gone, EndReason.Preempted);
        Assert.Empty((await Round(NewBorrower(), 0)).Lost);
    }

    [Fact]
    public async Task WhatWasBorrowedUnderOtherSettingsGoesBack()
    {
        scheduler.Put(Label("old"), "gone");
        await Round(NewBorrower(), 1);
        Assert.Equal([Label("old")], scheduler.Released);
    }

    [Fact]
    public async Task WhatOthersBorrowIsLeftAlone()
    {
        var other = new BorrowLabel(new ControlId("c2"), "r9");
        scheduler.Put(other, "spare");
        var next = NewBorrower();
        await Round(next, 0);
        Assert.Equal(0, await next.ReturnAll(TestContext.Current.CancellationToken));
        Assert.Equal([other], scheduler.Live);
    }

    [Fact]
    public async Task AtAnOrderlyEndAllGoesBack()
    {
        var borrower = NewBorrower();
        await Round(borrower, 3);
        scheduler.Start(Label("r1"));
        Assert.Equal(3, await borrower.ReturnAll(TestContext.Current.CancellationToken));
        Assert.Empty(scheduler.Live);
    }
}
