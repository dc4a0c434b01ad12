using AutoSelect.Api.Projects;
using AutoSelect.Contracts;
using AutoSelect.Host.Control.Borrowing.Settings;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Planning.Previews;
using AutoSelect.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control.Borrowing;

/// <summary>Borrowing as the session of a silo sees it.</summary>
internal sealed class SiloBorrowing
{
    private readonly ILeaseLedger ledger;
    private readonly SharingOptions sharing;
    private readonly TimeProvider time;
    private readonly BorrowingForesight foresight;
    private IGrainFactory? grains;
    private BorrowerRounds? rounds;
    private LentDevices? lent;

    private SiloBorrowing(BorrowingParts parts, ILeaseLedger ledger, SharingOptions sharing, TimeProvider time)
    {
        (Parts, this.ledger, this.sharing, this.time) = (parts, ledger, sharing, time);
        foresight = new BorrowingForesight(parts, sharing, time);
    }

    public BorrowingParts Parts { get; }

    /// <returns>Null where nothing is borrowed.</returns>
    public static SiloBorrowing? For(
        BorrowingSettings? settings, ControlPaths paths, IKeyStore keys, ILeaseLedger ledger, TimeProvider time,
        SharingOptions? sharing = null) =>
        settings is null ? null : new SiloBorrowing(new BorrowingParts(settings, paths, keys, time), ledger, sharing ?? new(), time);

    /// <summary>Takes note of the silo, before it starts.</summary>
    /// <param name="services">The silo's.</param>
    /// <param name="isLast">Whether it is the last one.</param>
    public void Join(IServiceProvider services, Func<Task<bool>> isLast)
    {
        grains = services.GetRequiredService<IGrainFactory>();
        rounds = services.GetRequiredService<BorrowerRounds>();
        lent = new LentDevices(Parts, isLast, time, services.GetRequiredService<ILoggerFactory>());
    }

    /// <summary>Begins to borrow; exceptions as of <see cref="BorrowingParts.Listens"/>.</summary>
    public void Begin(Uri api) => Parts.Listens(api);

    /// <summary>What is borrowed, from the silo that borrows.</summary>
    public Func<Task<BorrowingStatus>> Status => () => grains!.GetGrain<IBorrowerGrain>(IBorrowerGrain.Key).Status();

    /// <summary>What would be borrowed for a job.</summary>
    public Func<JobPreview, CancellationToken, Task<BorrowingPreview>> Foresee => async (preview, ct) =>
        await foresight.Foresee(preview, (await PoolReading.Read(ledger, sharing, time.GetUtcNow())).Facts, ct);

    /// <summary>Borrows no more, and gives all back where this is the last silo.</summary>
    public async ValueTask GiveBack()
    {
        // It goes with its silo, which may have ended meanwhile.
        if (Interlocked.Exchange(ref rounds, null) is { } running) await running.End();
        if (lent is { } devices) await devices.GiveBack();
    }
}
