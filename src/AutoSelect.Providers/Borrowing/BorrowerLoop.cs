namespace AutoSelect.Providers;

/// <summary>A borrower's rounds, one after the other, until it is told to stop.</summary>
/// <param name="borrower">Whose.</param>
/// <param name="view">Tells what jobs lack and what the pool has.</param>
/// <param name="time">The clock.</param>
public sealed class BorrowerLoop(Borrower borrower, Func<CancellationToken, Task<PoolView>> view, TimeProvider time)
{
    /// <summary>Time between two rounds; default 5 s. Schedulers do not like to be asked more often.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Told after each round, on the loop's thread.</summary>
    public Action<BorrowingRound> Done { get; init; } = _ => { };

    /// <summary>Runs until cancelled. A round whose view cannot be had is left out; what is borrowed stays.</summary>
    /// <param name="isTransient">Which exceptions of the view are such, as that of a store that cannot be read.</param>
    /// <param name="cancellation">Ends it between two calls of the scheduler.</param>
    public async Task Run(Func<Exception, bool> isTransient, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                Done(await borrower.Round(await view(cancellation), cancellation));
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (isTransient(e))
            {
                Done(new BorrowingRound([], new BorrowingMoves([], [], []), [], [e.Message]));
            }
            await Task.Delay(Interval, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
