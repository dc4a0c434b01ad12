using System.Collections.Immutable;
using AutoSelect.Contracts;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Providers;

/// <summary>
/// Carries a borrowing plan out with one provider, round after round. Each round begins with what the scheduler lists under this control
/// side's labels, so that nothing has to be remembered: after a crash the next borrower of the same control id finds every device again,
/// uses those that are wanted and gives back the rest. Where the scheduler does not answer, nothing is asked for, nothing is given back,
/// and what it has lent is taken to be as it was seen last.
/// Rounds are not to overlap.
/// </summary>
public sealed partial class Borrower
{
    /// <summary>How long a scheduler's estimate is used before it is asked again.</summary>
    public static readonly TimeSpan EstimateAge = TimeSpan.FromSeconds(30);

    private readonly IDeviceProvider provider;
    private readonly ControlId control;
    private readonly BorrowingOptions options;
    private readonly TimeProvider time;
    private readonly ILogger<Borrower> logger;
    private readonly Func<DeviceClass, string> newRequest;
    private readonly BorrowLedger ledger = new();
    private readonly Dictionary<string, ClassHistory> classes;
    private readonly Dictionary<string, (StartEstimate Estimate, DateTimeOffset At)> estimates = new(StringComparer.Ordinal);

    /// <param name="provider">Whom to borrow from.</param>
    /// <param name="control">Who borrows; the same after a restart.</param>
    /// <param name="options">How much, and how long without use.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told of each request, return and loss.</param>
    /// <param name="newRequest">Makes request ids that were never used before; default those of <see cref="ClassMark"/>.</param>
    /// <exception cref="ArgumentException">Two classes of the provider have one name.</exception>
    public Borrower(
        IDeviceProvider provider, ControlId control, BorrowingOptions options, TimeProvider time, ILogger<Borrower> logger,
        Func<DeviceClass, string>? newRequest = null)
    {
        (this.provider, this.control, this.options, this.time, this.logger) = (provider, control, options, time, logger);
        this.newRequest = newRequest ?? ClassMark.NewRequest;
        if (provider.Classes.CountBy(c => c.Name).FirstOrDefault(c => c.Value > 1).Key is { } twice)
            throw new ArgumentException($"The device class '{twice}' of '{provider.Name}' is there twice; each needs a name of its own.");
        classes = provider.Classes.ToDictionary(c => c.Name, c => new ClassHistory(c), StringComparer.Ordinal);
    }

    /// <summary>Name of the provider that it borrows from.</summary>
    public string Provider => provider.Name;

    /// <summary>True once the scheduler has told what it has lent.</summary>
    public bool HasSeen { get; private set; }

    /// <summary>Looks, decides and acts once.</summary>
    public async Task<BorrowingRound> Round(PoolView view, CancellationToken cancellation)
    {
        var (round, observed) = await Decide(view, cancellation);
        var faults = round.Faults.ToBuilder();
        foreach (var loss in round.Lost) LogLost(loss.Label, loss.Reason, loss.Detail);
        await ReturnUnknown(observed, faults, cancellation);
        foreach (var release in round.Moves.Releases) await Release(release, round.Borrowed, faults, cancellation);
        var refused = ImmutableArray.CreateBuilder<string>();
        foreach (var request in round.Moves.Requests)
            if (!await Request(request, faults, cancellation)) refused.Add(request.Class.Name);
        foreach (var fault in faults) LogFault(fault);
        return round with { Faults = faults.ToImmutable(), Refused = refused.ToImmutable() };
    }

    /// <summary>
    /// What a round would do now, for a preview; nothing is asked for and nothing given back. Losses are told once, so a preview takes a
    /// borrower of its own.
    /// </summary>
    public async Task<BorrowingRound> Foresee(PoolView view, CancellationToken cancellation) => (await Decide(view, cancellation)).Round;

    /// <summary>Devices that are borrowed or asked for; null where the scheduler does not answer.</summary>
    public async Task<int?> CountHeld(CancellationToken cancellation)
    {
        try
        {
            return (await provider.Observe(control, cancellation)).Count(o => o.State != BorrowState.Gone);
        }
        catch (ProviderUnavailableException)
        {
            return null;
        }
    }

    /// <summary>Gives back all that is borrowed and withdraws all requests, at the end of a control side that does not come back.</summary>
    /// <returns>How many.</returns>
    /// <exception cref="ProviderUnavailableException">The scheduler does not answer; the devices end at their time limit.</exception>
    public async Task<int> ReturnAll(CancellationToken cancellation)
    {
        var all = (await provider.Observe(control, cancellation)).Where(o => o.State != BorrowState.Gone).ToArray();
        foreach (var one in all) await provider.Release(one.Label, cancellation);
        return all.Length;
    }

    private async Task<(BorrowingRound Round, IReadOnlyList<DeviceObservation> Observed)> Decide(
        PoolView view, CancellationToken cancellation)
    {
        IReadOnlyList<DeviceObservation> observed;
        var registered = view.Devices.ToDictionary(d => d.Device.Id);
        try
        {
            observed = await provider.Observe(control, cancellation);
            HasSeen = true;
        }
        catch (ProviderUnavailableException e)
        {
            ImmutableArray<BorrowedDevice> known = [.. ledger.Devices(registered, classes, time.GetUtcNow())];
            return (new BorrowingRound(known, new BorrowingMoves([], [], []), [], [e.Message]), []);
        }
        var faults = ImmutableArray.CreateBuilder<string>();
        var now = time.GetUtcNow();
        var lost = ledger.See(observed, classes, now);
        ImmutableArray<BorrowedDevice> borrowed = [.. ledger.Devices(registered, classes, now)];
        var offers = view.Wants.IsEmpty ? [] : await Offers(borrowed, faults, cancellation);
        var facts = new BorrowingFacts(now, view.Wants, borrowed, offers) { Elsewhere = view.Elsewhere };
        var moves = BorrowingPlan.Make(options, facts);
        return (new BorrowingRound(borrowed, moves, [.. lost], faults.ToImmutable()), observed);
    }

    /// <summary>What was borrowed under settings that are no more: nobody would know its price or its limit.</summary>
    private async Task ReturnUnknown(
        IReadOnlyList<DeviceObservation> observed, ImmutableArray<string>.Builder faults, CancellationToken cancellation)
    {
        foreach (var one in observed.Where(o => !classes.ContainsKey(o.Class) && o.State is not (BorrowState.Ending or BorrowState.Gone)))
        {
            LogReturned(one.Label, $"its class '{one.Class}' is not among those of '{provider.Name}'");
            await Try(() => provider.Release(one.Label, cancellation), faults);
        }
    }

    private async Task<ImmutableArray<ClassOffer>> Offers(
        ImmutableArray<BorrowedDevice> borrowed, ImmutableArray<string>.Builder faults, CancellationToken cancellation)
    {
        var offers = ImmutableArray.CreateBuilder<ClassOffer>();
        foreach (var history in classes.Values)
        {
            if (!estimates.TryGetValue(history.Class.Name, out var known) || time.GetUtcNow() - known.At >= EstimateAge)
            {
                known = (StartEstimate.Unknown, time.GetUtcNow());
                await Try(
                    async () => known.Estimate = await provider.EstimateStart(history.Class, history.Class.Longest, cancellation), faults);
                estimates[history.Class.Name] = known;
            }
            var earlier = borrowed.Where(d => d.Stage == BorrowStage.Queued && d.Class.Name == history.Class.Name)
                .Max(d => d.ExpectedStart);
            offers.Add(history.Offer(known.Estimate, earlier, time.GetUtcNow()));
        }
        return offers.ToImmutable();
    }

    private async Task Release(
        ReleaseMove move, ImmutableArray<BorrowedDevice> borrowed, ImmutableArray<string>.Builder faults, CancellationToken cancellation)
    {
        var device = borrowed.First(d => d.Label == move.Label);
        var history = classes[device.Class.Name];
        if (move.Cause == ReleaseCause.NeverCame) history.Failed(move.Reason, time.GetUtcNow());
        if (move.Cause == ReleaseCause.TooLate && device.ExpectedStart is { } start) history.Late(start, time.GetUtcNow());
        LogReturned(move.Label, move.Reason);
        await Try(async () =>
        {
            await provider.Release(move.Label, cancellation);
            ledger.Released(move.Label, time.GetUtcNow());
        }, faults);
    }

    /// <returns>False where the scheduler refuses it.</returns>
    private async Task<bool> Request(RequestMove move, ImmutableArray<string>.Builder faults, CancellationToken cancellation)
    {
        var label = new BorrowLabel(control, newRequest(move.Class));
        // Noted before it is sent: without an answer it may have been taken all the same, and another one would be one too many.
        ledger.Asked(label, move.Class, time.GetUtcNow());
        LogAsked(label, move.Class.Name, move.Reason);
        try
        {
            await Try(() => provider.Request(new DeviceRequest(label, move.Class, move.AtMost), cancellation), faults);
            return true;
        }
        catch (RequestRefusedException e)
        {
            faults.Add(e.Message);
            ledger.Refused(label);
            classes[move.Class.Name].Failed(e.Message, time.GetUtcNow());
            return false;
        }
    }

    private static async Task Try(Func<Task> act, ImmutableArray<string>.Builder faults)
    {
        try
        {
            await act();
        }
        catch (ProviderUnavailableException e)
        {
            faults.Add(e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Asked for {Label} of class {DeviceClass}: {Reason}")]
    private partial void LogAsked(BorrowLabel label, string deviceClass, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Gave {Label} back: {Reason}")]
    private partial void LogReturned(BorrowLabel label, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Lost {Label}: {Reason} ({Detail})")]
    private partial void LogLost(BorrowLabel label, EndReason reason, string detail);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Fault}")]
    private partial void LogFault(string fault);
}
