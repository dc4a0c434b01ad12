using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static AutoSelect.Providers.Tests.Samples;

namespace AutoSelect.Providers.Tests.Borrowing;

public sealed class BorrowerLoopTests
{
    [Fact]
    public async Task RoundsFollowTheClockAndOutlastAViewThatCannotBeHad()
    {
        var time = new FakeTimeProvider(Start);
        var scheduler = new SimulatedScheduler(time, Class());
        var borrower = new Borrower(scheduler, Control, new BorrowingOptions(), time, NullLogger<Borrower>.Instance);
        var rounds = Channel.CreateUnbounded<BorrowingRound>();
        var views = 0;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var loop = new BorrowerLoop(
            borrower, _ => ++views == 2 ? throw new IOException("no store") : Task.FromResult(new PoolView([Want()], [])), time)
        {
            Done = r => rounds.Writer.TryWrite(r),
        };
        var run = loop.Run(e => e is IOException, stop.Token);

        Assert.Single((await Next()).Moves.Requests);
        Assert.Equal(["no store"], (await Next()).Faults);
        Assert.Equal(BorrowStage.Queued, (await Next()).Borrowed[0].Stage);
        await stop.CancelAsync();
        await run;
        Assert.Single(scheduler.Live);

        async Task<BorrowingRound> Next()
        {
            // The loop may not have come to its wait yet when the clock moves.
            var next = rounds.Reader.ReadAsync(stop.Token).AsTask();
            while (!next.IsCompleted)
            {
                time.Advance(loop.Interval);
                await Task.Yield();
            }
            return await next;
        }
    }
}
