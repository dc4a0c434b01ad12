using System.Collections.Concurrent;
using System.Collections.Immutable;
using AutoSelect.Contracts;
using Microsoft.Extensions.Logging.Abstractions;
using static AutoSelect.Providers.Tests.Samples;

namespace AutoSelect.Providers.Tests.Borrowing;

public sealed class BorrowerLoopTests : IDisposable
{
    private readonly AwaitedTime time = new(Start);
    private readonly ConcurrentQueue<ImmutableArray<ProviderRound>> rounds = new();
    private readonly CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly List<Exception> failures = [];

    public void Dispose() => stop.Dispose();

    [Fact]
    public async Task RoundsFollowTheClockAndOutlastAViewThatCannotBeHad()
    {
        var scheduler = new SimulatedScheduler(time, Class());
        var views = 0;
        var loop = Loop(_ => ++views == 2 ? throw new IOException("no store") : Task.FromResult(new PoolView([Want()], [])), [scheduler]);
        var run = loop.Run(e => e is IOException, stop.Token);

        Assert.Single((await Next(run, loop.Interval))[0].Round.Moves.Requests);
        Assert.Equal(BorrowStage.Queued, (await Next(run, loop.Interval))[0].Round.Borrowed[0].Stage);
        Assert.Equal("no store", Assert.Single(failures).Message);
        await stop.CancelAsync();
        await run;
        Assert.Single(scheduler.Live);
    }

    [Fact]
    public async Task AsSoonAsItIsAskedToItLooks()
    {
        var scheduler = new SimulatedScheduler(time, Class());
        var loop = Loop(_ => Task.FromResult(new PoolView([], [])), [scheduler], interval: TimeSpan.FromDays(40));
        var run = loop.Run(_ => false, stop.Token);
        await Next(run, TimeSpan.Zero);
        var before = time.GetUtcNow();
        loop.Look();
        await Next(run, loop.LeastInterval / 2);
        // Not before, and not at the next round that was due.
        Assert.InRange(time.GetUtcNow() - before, loop.LeastInterval, loop.Interval / 2);
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task ASecondProviderIsAskedForWhatTheFirstLeavesWithinOneLimit()
    {
        var (first, second) = (new SimulatedScheduler(time, Class("near", most: 2)), new SimulatedScheduler(time, Class("far", most: 9)));
        // What was borrowed before a crash counts before anything is asked for.
        second.Put(new BorrowLabel(Control, "left"), "far");
        var loop = Loop(_ => Task.FromResult(new PoolView([Want(6)], [])), [first, second]);
        var run = loop.Run(_ => false, stop.Token);
        var round = await Next(run, TimeSpan.Zero);
        Assert.Equal(["simulated", "simulated"], round.Select(r => r.Provider));
        Assert.Equal((2, 1), (first.Requested.Count, second.Requested.Count));
        Assert.Contains("no more than 4 devices may be borrowed at once", round[1].Round.Moves.Refusals.Select(r => r.Reason));
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task WhatAProviderHasLentCountsAlsoWhileItDoesNotAnswer()
    {
        var (first, second) = (new SimulatedScheduler(time, Class("near", most: 3)), new SimulatedScheduler(time, Class("far", most: 9)));
        var wanted = 3;
        var loop = Loop(_ => Task.FromResult(new PoolView([Want(wanted)], [])), [first, second]);
        var run = loop.Run(_ => false, stop.Token);
        await Next(run, TimeSpan.Zero);
        Assert.Equal((3, 0), (first.Requested.Count, second.Requested.Count));
        first.IsAway = true;
        // They are on their way: nobody else is asked for the same.
        Assert.Empty((await Next(run, loop.Interval))[1].Round.Moves.Requests);
        wanted = 9;
        await Next(run, loop.Interval);
        await Next(run, loop.Interval);
        Assert.Equal((3, 1), (first.Requested.Count, second.Requested.Count));
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task OfAProviderThatHasNotToldYetWhatItLentNobodyKnowsHowMuchIsLeft()
    {
        var (first, second) = (new SimulatedScheduler(time, Class("near", most: 3)), new SimulatedScheduler(time, Class("far", most: 9)));
        first.Put(new BorrowLabel(Control, "left"), "near");
        first.IsAway = true;
        var loop = Loop(_ => Task.FromResult(new PoolView([Want(9)], [])), [first, second]);
        var run = loop.Run(_ => false, stop.Token);
        var refusals = (await Next(run, TimeSpan.Zero))[1].Round.Moves.Refusals;
        Assert.Contains("another provider has not told yet what it has lent", refusals.Select(r => r.Reason));
        Assert.Empty(second.Requested);
        first.IsAway = false;
        await Next(run, loop.Interval);
        Assert.Equal(3, first.Requested.Count + second.Requested.Count);
        await stop.CancelAsync();
        await run;
    }

    [Fact]
    public async Task AProviderThatNeverTellsKeepsNobodyFromTheOthersForLong()
    {
        var (first, second) = (new SimulatedScheduler(time, Class("near", most: 3)), new SimulatedScheduler(time, Class("far", most: 9)));
        first.IsAway = true;
        var loop = Loop(_ => Task.FromResult(new PoolView([Want(9)], [])), [first, second], BorrowerLoop.LongestUnknown);
        var run = loop.Run(_ => false, stop.Token);
        await Next(run, TimeSpan.Zero);
        Assert.Empty(second.Requested);
        await Next(run, loop.Interval);
        Assert.Equal(4, second.Requested.Count);
        await stop.CancelAsync();
        await run;
    }

    private BorrowerLoop Loop(
        Func<CancellationToken, Task<PoolView>> view, SimulatedScheduler[] schedulers, TimeSpan? interval = null) => new(
        [.. schedulers.Select(s => new Borrower(
            s, Control, new BorrowingOptions { Most = 4 }, time, NullLogger<Borrower>.Instance))], view, time)
        {
            Done = r =>
            {
                rounds.Enqueue(r);
                return Task.CompletedTask;
            },
            Failed = failures.Add,
            Interval = interval ?? TimeSpan.FromSeconds(5),
        };

    private async Task<ImmutableArray<ProviderRound>> Next(Task run, TimeSpan step)
    {
        while (true)
        {
            stop.Token.ThrowIfCancellationRequested();
            if (run.IsCompleted) await run;
            // Asked in this order: a loop that waits once more has told of its round before, and the clock must not move on to another.
            var isAwaited = time.IsAwaited;
            if (rounds.TryDequeue(out var round)) return round;
            if (isAwaited) time.Advance(step);
            await Task.Yield();
        }
    }
}
