using System.Collections.Immutable;
using AutoSelect.Api.Projects;
using AutoSelect.Contracts;
using AutoSelect.Grains;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Providers;
using AutoSelect.Storage;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control.Borrowing;

/// <summary>The rounds of this silo's borrowers, and what follows of them for the pool; they run while the one grain is here.</summary>
internal sealed partial class BorrowerRounds(
    BorrowingParts parts, ILeaseLedger ledger, IJobStore jobs, SupervisedJobs supervised, SharingOptions sharing, IGrainFactory grains,
    AutoSelectTelemetry telemetry, TimeProvider time, ILoggerFactory loggers) : IDisposable
{
    private readonly ILogger logger = loggers.CreateLogger<BorrowerRounds>();
    private readonly Lock mutex = new();
    private CancellationTokenSource stopping = new();
    private Task running = Task.CompletedTask;
    private volatile BorrowerLoop? loop;
    private volatile BorrowingStatus status = BorrowingStatus.Nothing;
    private long toldAt;
    private bool hasEnded;

    /// <summary>What is borrowed, as it was last seen from here.</summary>
    public BorrowingStatus Status => status;

    /// <summary>True when rounds have come to an end that nobody asked for.</summary>
    public bool HasFailed => running.IsFaulted;

    public void Look() => loop?.Look();

    /// <summary>Begins, on threads of the pool: a scheduler may take its time, and a grain's turn may not.</summary>
    public void Start()
    {
        lock (mutex)
        {
            if (hasEnded) return;
            stopping = new CancellationTokenSource();
            var (before, ct) = (running, stopping.Token);
            running = Task.Run(() => Run(before, ct), CancellationToken.None);
        }
    }

    /// <summary>Ends the rounds; the one that is under way comes to its end between two calls of a scheduler.</summary>
    public async Task Stop()
    {
        (CancellationTokenSource Stopping, Task Running) last;
        lock (mutex) last = (stopping, running);
        await last.Stopping.CancelAsync();
        await last.Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        telemetry.Borrowing.Holds([], 0);
    }

    /// <summary>Ends them for good.</summary>
    public Task End()
    {
        lock (mutex) hasEnded = true;
        return Stop();
    }

    public void Dispose() => stopping.Dispose();

    private async Task Run(Task before, CancellationToken ct)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ImmutableArray<IDeviceProvider> providers;
        try
        {
            providers = await parts.Providers.WaitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        var useful = new UsefulTimes(jobs);
        toldAt = time.GetTimestamp();
        loop = new BorrowerLoop(
            [.. providers.Select(p => parts.NewBorrower(p, loggers.CreateLogger<Borrower>()))], _ => View(useful), time)
        {
            Interval = parts.Settings.Every,
            Done = Tell,
            Failed = LogLeftOut,
        };
        await loop.Run(IsTransient, ct);
    }

    private async Task<PoolView> View(UsefulTimes useful)
    {
        // A device that is asked for without a key could not register.
        await parts.Key.Renew();
        var facts = (await PoolReading.Read(ledger, sharing, time.GetUtcNow())).Facts;
        // Quotas count what all jobs hold, those that are left alone here too.
        var demands = BorrowingDemands.Within(facts, sharing).Demands.Where(d => supervised.Contains(d.Job)).ToList();
        var until = await useful.Read(demands.ConvertAll(d => d.Job));
        return new PoolView(
            DeviceWants.Missing(demands, facts.Devices, job => until.TryGetValue(job, out var time) ? time : null), facts.Devices);
    }

    private async Task Tell(ImmutableArray<ProviderRound> rounds)
    {
        var (since, now) = (time.GetElapsedTime(toldAt), time.GetTimestamp());
        status = BorrowingStatuses.FromRounds(rounds, time.GetUtcNow());
        toldAt = now;
        telemetry.Borrowing.Holds(status.Devices, since.TotalSeconds);
        // One that took leave itself is not there any more.
        var known = rounds.Any(r => !r.Round.Lost.IsEmpty) ? (await ledger.Devices()).Select(d => d.Device.Id).ToHashSet() : [];
        foreach (var (provider, round) in rounds)
        {
            foreach (var move in round.Moves.Requests) telemetry.Borrowing.Requested(Origin(provider, move.Class), isRefused: false);
            foreach (var of in round.Refused) telemetry.Borrowing.Requested(Origin(provider, of), isRefused: true);
            foreach (var lost in round.Lost.Where(l => l.State != BorrowState.Ending))
            {
                telemetry.Borrowing.Ended(Origin(provider, lost.Class), lost.Reason.ToString());
                if (!known.Contains(lost.Label.Device)) continue;
                await grains.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key).Leave(
                    lost.Label.Device, $"{lost.Reason.ToString().ToLowerInvariant()} ({lost.Detail})", lost.Reason != EndReason.Failed);
            }
        }
    }

    private static DeviceOrigin Origin(string provider, DeviceClass of) => new(provider, of.Name, of.Price);

    private DeviceOrigin Origin(string provider, string of) => Origin(
        provider, parts.Settings.Providers.SelectMany(p => p.Classes).First(c => c.Name == of));

    /// <summary>What passes by itself, while the rest of the control side goes on as well as it can.</summary>
    private static bool IsTransient(Exception e) =>
        e is StoreUnavailableException or OrleansException or TimeoutException or IOException or UnauthorizedAccessException;

    [LoggerMessage(Level = LogLevel.Warning, Message = "A round of borrowing was left out; trying again")]
    private partial void LogLeftOut(Exception exception);
}
