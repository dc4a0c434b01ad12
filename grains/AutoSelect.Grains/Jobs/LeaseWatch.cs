using AutoSelect.Contracts;
using AutoSelect.Storage;
using Microsoft.Extensions.Hosting;

namespace AutoSelect.Grains;

/// <summary>
/// Looks in the ledger whose leases have changed, one look of the silo for all of its jobs, and wakes those that have not seen it: at every
/// look again until they have. Whoever makes a change wakes its job too, which is faster; this is what makes up for it where that is lost.
/// </summary>
internal sealed class LeaseWatch(ILeaseLedger ledger, HeldJobs held, IGrainFactory grains, LeaseOptions options, TimeProvider time)
    : BackgroundService
{
    private Dictionary<JobId, long> behind = [];
    private long since;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Check, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                foreach (var job in await Look()) grains.GetGrain<IJobGrain>(job.Value).Wake().Ignore();
            }
            catch (Exception e) when (e is StoreUnavailableException or ObjectDisposedException)
            {
                // The pool and the supervisor say so. What changes meanwhile is told by the next look.
            }
        }
    }

    /// <returns>Jobs of this silo that do not know what they hold.</returns>
    internal async Task<IReadOnlyCollection<JobId>> Look()
    {
        var news = await ledger.News(since);
        since = news.Version;
        var still = behind.Where(held.IsBehind).ToDictionary();
        foreach (var (job, version) in held.Behind(news)) still[job] = version;
        behind = still;
        return behind.Keys;
    }
}
