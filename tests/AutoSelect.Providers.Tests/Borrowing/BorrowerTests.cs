using AutoSelect.Contracts;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static AutoSelect.Providers.Tests.Samples;

namespace AutoSelect.Providers.Tests.Borrowing;

public sealed class BorrowerTests
{
    private static readonly JobId job = new("job");

    private readonly FakeTimeProvider time = new(Start);
    private readonly SimulatedScheduler scheduler;
    private readonly Borrower borrower;
    private int requests;

    public BorrowerTests()
    {
        scheduler = new SimulatedScheduler(time, Class());
        borrower = NewBorrower();
    }

    private Borrower NewBorrower(BorrowingOptions? options = null) => new(
        scheduler, Control, options ?? new BorrowingOptions(), time, NullLogger<Borrower>.Instance, _ => $"r{++requests}");

    private static PoolView View(int missing, params DeviceStatus[] devices) => new(missing > 0 ? [Want(missing)] : [], devices);

    private Task<BorrowingRound> Round(int missing, params DeviceStatus[] devices) =>
        borrower.Round(View(missing, devices), TestContext.Current.CancellationToken);

    private void Pass(double seconds) => time.Advance(TimeSpan.FromSeconds(seconds));

    [Fact]
    public async Task BorrowsUsesAndGivesBack()
    {
        await Round(1);
        Assert.Equal([Label("r1")], scheduler.Live);
        scheduler.Start(Label("r1"));
        Assert.Equal(BorrowStage.Starting, (await Round(1)).Borrowed[0].Stage);
        Assert.Equal(BorrowStage.Idle, (await Round(1, Registered(Label("r1")))).Borrowed[0].Stage);
        Assert.Equal(BorrowStage.InUse, (await Round(0, Registered(Label("r1"), job))).Borrowed[0].Stage);
        Pass(5000);
        Assert.Equal(BorrowStage.InUse, (await Round(0, Registered(Label("r1"), job))).Borrowed[0].Stage);
        await Round(0, Registered(Label("r1")));
        Pass(59);
        await Round(0, Registered(Label("r1")));
        Assert.Empty(scheduler.Released);
        Pass(1);
        await Round(0, Registered(Label("r1")));
        Assert.Equal([Label("r1")], scheduler.Released);
        Assert.Equal(EndReason.Released, Assert.Single((await Round(0)).Lost).Reason);
        Assert.Empty((await Round(0)).Lost);
    }

    [Fact]
    public async Task WhatItWouldDoIsForeseenWithoutDoingIt()
    {
        scheduler.Put(Label("old"), "gone");
        scheduler.Estimate = StartEstimate.At(Start.AddSeconds(20));
        var round = await NewBorrower().Foresee(View(1), TestContext.Current.CancellationToken);
        Assert.Equal("job has a use for it; ready in 30.0 s, asked for 1 h", Assert.Single(round.Moves.Requests).Reason);
        Assert.Empty(scheduler.Requested);
        Assert.Empty(scheduler.Released);
    }

    [Fact]
    public async Task OnceReleasedADeviceIsNotReleasedAgainWhileItEnds()
    {
        await Round(1);
        scheduler.Start(Label("r1"));
        await Round(0);
        Pass(60);
        await Round(0);
        scheduler.Set(Label("r1"), BorrowState.Running);
        Assert.Equal(BorrowStage.Ending, (await Round(0)).Borrowed[0].Stage);
        Assert.Single(scheduler.Released);
        Pass(60);
        await Round(0);
        Assert.Equal(2, scheduler.Released.Count);
    }

    [Theory]
    [InlineData(EndReason.Preempted)]
    [InlineData(EndReason.Expired)]
    [InlineData(EndReason.Failed)]
    public async Task ALossIsToldOnceWithItsReason(EndReason reason)
    {
        await Round(1);
        scheduler.Start(Label("r1"));
        await Round(0, Registered(Label("r1"), job));
        scheduler.Set(Label("r1"), BorrowState.Gone, reason, "words");
        var lost = Assert.Single((await Round(0)).Lost);
        Assert.Equal((Label("r1"), BorrowState.Gone, reason, "words"), (lost.Label, lost.State, lost.Reason, lost.Detail));
        Assert.Empty((await Round(0)).Lost);
    }

    [Fact]
    public async Task NoticeIsToldOnceBeforeTheEnd()
    {
        await Round(1);
        scheduler.Start(Label("r1"));
        await Round(0, Registered(Label("r1"), job));
        scheduler.Set(Label("r1"), BorrowState.Ending, EndReason.Preempted);
        var round = await Round(0, Registered(Label("r1"), job));
        Assert.Equal((BorrowState.Ending, EndReason.Preempted), (round.Lost[0].State, round.Lost[0].Reason));
        Assert.Equal(BorrowStage.Ending, round.Borrowed[0].Stage);
        Assert.Empty((await Round(0, Registered(Label("r1"), job))).Lost);
        scheduler.Set(Label("r1"), BorrowState.Gone, EndReason.Preempted);
        Assert.Equal(BorrowState.Gone, Assert.Single((await Round(0)).Lost).State);
    }

    [Fact]
    public async Task AfterAPreemptionAnotherOneIsAskedFor()
    {
        await Round(1);
        scheduler.Start(Label("r1"));
        await Round(0, Registered(Label("r1"), job));
        scheduler.Set(Label("r1"), BorrowState.Gone, EndReason.Preempted);
        await Round(1);
        Assert.Equal([Label("r2")], scheduler.Live);
    }

    [Fact]
    public async Task WhatIsPutBackIntoTheQueueWasPreemptedAndWaitsAgain()
    {
        await Round(1);
        scheduler.Start(Label("r1"));
        await Round(0, Registered(Label("r1"), job));
        scheduler.Requeue(Label("r1"));
        var round = await Round(1);
        Assert.Equal((BorrowState.Queued, EndReason.Preempted), (round.Lost[0].State, round.Lost[0].Reason));
        Assert.Equal(BorrowStage.Queued, round.Borrowed[0].Stage);
        Assert.Single(scheduler.Requested);
    }

    [Fact]
    public async Task ARestartBetweenTwoLooksIsAPreemptionToo()
    {
        await Round(1);
        scheduler.Start(Label("r1"));
        await Round(0, Registered(Label("r1"), job));
        scheduler.Requeue(Label("r1"));
        scheduler.Start(Label("r1"));
        Assert.Equal(EndReason.Preempted, Assert.Single((await Round(1)).Lost).Reason);
    }

    [Fact]
    public async Task WhatTheSchedulerForgetsIsLostWithoutBlame()
    {
        await Round(1);
        scheduler.Start(Label("r1"));
        await Round(0, Registered(Label("r1"), job));
        scheduler.Forget(Label("r1"));
        Assert.Equal(EndReason.Unknown, Assert.Single((await Round(0)).Lost).Reason);
    }

    [Fact]
    public async Task WithoutAnAnswerNothingIsDone()
    {
        await Round(1);
        scheduler.IsAway = true;
        var round = await Round(3);
        Assert.Equal("The device provider 'simulated' cannot be used now: away", Assert.Single(round.Faults));
        Assert.Empty(round.Lost);
        Assert.Equal((Label("r1"), BorrowStage.Queued), (round.Borrowed.Single().Label, round.Borrowed[0].Stage));
        Assert.Single(scheduler.Requested);
        scheduler.IsAway = false;
        await Round(3);
        Assert.Equal(3, scheduler.Live.Length);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ARequestWhoseAnswerWasLostIsNotSentAgainUntilItIsKnownNotToBeThere(bool wasTaken)
    {
        (scheduler.RequestFault, scheduler.TakesFaultyRequest) = (new ProviderUnavailableException("simulated", "slow"), wasTaken);
        Assert.Single((await Round(1)).Faults);
        scheduler.RequestFault = null;
        await Round(1);
        Pass(29);
        await Round(1);
        Assert.Single(scheduler.Requested);
        Pass(1);
        await Round(1);
        Assert.Equal(wasTaken ? 1 : 2, scheduler.Requested.Count);
        Assert.Single(scheduler.Live);
    }

    [Fact]
    public async Task ARefusedClassIsTriedAgainEverMoreRarely()
    {
        scheduler.RequestFault = new RequestRefusedException("simulated", "spare", "no such partition");
        await Round(1);
        await Round(1);
        Pass(29);
        var refusal = Assert.Single((await Round(1)).Moves.Refusals);
        Assert.Contains("no such partition", refusal.Reason, StringComparison.Ordinal);
        Assert.Single(scheduler.Requested);
        Pass(1);
        await Round(1);
        Pass(59);
        await Round(1);
        Assert.Equal(2, scheduler.Requested.Count);
        Pass(1);
        await Round(1);
        Assert.Equal(3, scheduler.Requested.Count);
    }

    [Fact]
    public async Task DevicesThatFailAtTheirStartPauseTheirClass()
    {
        await Round(1);
        scheduler.Start(Label("r1"));
        await Round(1);
        scheduler.Set(Label("r1"), BorrowState.Gone, EndReason.Failed, "FAILED, exit code 127");
        var refusal = Assert.Single((await Round(1)).Moves.Refusals);
        Assert.Contains("'FAILED, exit code 127'; it is tried again in 30.0 s", refusal.Reason, StringComparison.Ordinal);
        Assert.Single(scheduler.Requested);
    }

    [Fact]
    public async Task ADeviceThatFailsAfterItHadComeUpDoesNot()
    {
        await Round(1);
        scheduler.Start(Label("r1"));
        await Round(1, Registered(Label("r1"), job));
        scheduler.Set(Label("r1"), BorrowState.Gone, EndReason.Failed);
        await Round(1);
        Assert.Equal(2, scheduler.Requested.Count);
    }

    [Fact]
    public async Task WhatItSawOfTheQueueIsReckonedWithWhereTheSchedulerSaysNothing()
    {
        await Round(1);
        await Round(1);
        Pass(500);
        scheduler.Start(Label("r1"));
        await Round(1);
        var late = new PoolView([Want(usefulFor: 1000) with { Missing = 2 }], []);
        var round = await borrower.Round(late, TestContext.Current.CancellationToken);
        Assert.Contains("queue 8 min 20 s", Assert.Single(round.Moves.Refusals).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatWasWithdrawnForBeingLateIsNotAskedForAgainAtOnce()
    {
        var view = new PoolView([Want(usefulFor: 1000)], []);
        var cancellation = TestContext.Current.CancellationToken;
        await borrower.Round(view, cancellation);
        scheduler.Expect(Label("r1"), Start.AddSeconds(990));
        Assert.Equal(ReleaseCause.TooLate, Assert.Single((await borrower.Round(view, cancellation)).Moves.Releases).Cause);
        var refusal = Assert.Single((await borrower.Round(view, cancellation)).Moves.Refusals);
        Assert.Contains("queue 16 min 30 s", refusal.Reason, StringComparison.Ordinal);
        Assert.Single(scheduler.Requested);
    }

    [Fact]
    public async Task WhatTheSchedulerWillNeverLendIsNotAskedFor()
    {
        scheduler.Estimate = StartEstimate.Never("no such node");
        Assert.Equal("no such node", Assert.Single((await Round(1)).Moves.Refusals).Reason);
        Assert.Empty(scheduler.Requested);
    }
}
