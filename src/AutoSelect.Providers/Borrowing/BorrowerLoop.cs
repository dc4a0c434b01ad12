using System.Collections.Immutable;

namespace AutoSelect.Providers;

/// <summary>
/// The rounds of all borrowers of a control side, one after the other, until it is told to stop. The order of the borrowers is the order in
/// which they are borrowed from: each is shown what those before it leave.
/// </summary>
/// <param name="borrowers">Whose; their limit of all devices is one.</param>
/// <param name="view">Tells what jobs lack and what the pool has.</param>
/// <param name="time">The clock.</param>
public sealed class BorrowerLoop(
    IReadOnlyList<Borrower> borrowers, Func<CancellationToken, Task<PoolView>> view, TimeProvider time)
{
    /// <summary>
    /// How long a provider is waited for that has not told what it lent to an earlier borrower; then it is taken to have lent nothing.
    /// </summary>
    public static readonly TimeSpan LongestUnknown = TimeSpan.FromMinutes(10);

    private readonly int?[] held = new int?[borrowers.Count];
    private readonly long began = time.GetTimestamp();
    private TaskCompletionSource asked = NewAsked();

    /// <summary>Time between two rounds; default 5 s. Schedulers do not like to be asked more often.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time between a round and one that <see cref="Look"/> asks for, if that is shorter; default 1 s.</summary>
    public TimeSpan LeastInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Told of each round, before the next one begins.</summary>
    public Func<ImmutableArray<ProviderRound>, Task> Done { get; init; } = _ => Task.CompletedTask;

    /// <summary>Told of a round that was left out, or could not be told of.</summary>
    public Action<Exception> Failed { get; init; } = _ => { };

    /// <summary>Has the next round begin soon.</summary>
    public void Look() => Volatile.Read(ref asked).TrySetResult();

    /// <summary>Runs until cancelled. A round whose view cannot be had is left out; what is borrowed stays.</summary>
    /// <param name="isTransient">Which exceptions of the view are such, as that of a store that cannot be read.</param>
    /// <param name="cancellation">Ends it between two calls of a scheduler.</param>
    public async Task Run(Func<Exception, bool> isTransient, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            // What is asked for from here on may be too late for this round.
            Volatile.Write(ref asked, NewAsked());
            try
            {
                await Done(await Round(await view(cancellation), cancellation));
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (isTransient(e))
            {
                Failed(e);
            }
            await Wait(cancellation);
        }
    }

    private async Task<ImmutableArray<ProviderRound>> Round(PoolView whole, CancellationToken cancellation)
    {
        var rounds = ImmutableArray.CreateBuilder<ProviderRound>(borrowers.Count);
        for (var i = 0; i < borrowers.Count; i++) held[i] ??= borrowers.Count == 1 ? 0 : await borrowers[i].CountHeld(cancellation);
        var isPatient = time.GetElapsedTime(began) < LongestUnknown;
        var wants = whole.Wants;
        for (var i = 0; i < borrowers.Count; i++)
        {
            var others = held.Where((_, other) => other != i).ToList();
            int? elsewhere = isPatient && others.Contains(null) ? null : others.Sum();
            var round = await borrowers[i].Round(whole with { Wants = wants, Elsewhere = elsewhere }, cancellation);
            held[i] = borrowers[i].HasSeen ? round.Borrowed.Length + round.Moves.Requests.Length : null;
            wants = DeviceWants.Less(wants, round);
            rounds.Add(new ProviderRound(borrowers[i].Provider, round));
        }
        return rounds.ToImmutable();
    }

    private async Task Wait(CancellationToken cancellation)
    {
        var least = LeastInterval < Interval ? LeastInterval : Interval;
        await Task.Delay(least, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(Volatile.Read(ref asked).Task, Task.Delay(Interval - least, time, over.Token));
        await over.CancelAsync();
    }

    private static TaskCompletionSource NewAsked() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A round with one provider.</summary>
/// <param name="Provider">Its name.</param>
/// <param name="Round">What it came to.</param>
public sealed record ProviderRound(string Provider, BorrowingRound Round);
