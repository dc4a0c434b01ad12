using System.Collections.Immutable;
using AutoSelect.Contracts;
using AutoSelect.Storage;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Grains;

/// <summary>Wakes the running jobs of the store that no silo holds.</summary>
internal sealed partial class SupervisorGrain(
    IJobStore store, SupervisedJobs supervised, ISiloStatusOracle silos, TimeProvider time, ILogger<SupervisorGrain> logger)
    : Grain, ISupervisorGrain
{
    private readonly Dictionary<SiloAddress, (ImmutableArray<JobId> Jobs, long At)> holders = [];
    private readonly long began = time.GetTimestamp();

    public async Task<int?> Holds(SiloAddress silo, ImmutableArray<JobId> jobs)
    {
        holders[silo] = (jobs, time.GetTimestamp());
        try
        {
            return await Look();
        }
        catch (StoreUnavailableException e)
        {
            LogUnavailable(e);
            return null;
        }
    }

    private async Task<int?> Look()
    {
        var active = silos.GetApproximateSiloStatuses(onlyActive: true);
        foreach (var (silo, told) in holders.ToArray())
            if (!active.ContainsKey(silo) || time.GetElapsedTime(told.At) > 3 * supervised.Every) holders.Remove(silo);
        // Started anew it knows of nobody at first. Who has not said anything after a round is not waited for.
        if (active.Keys.Any(silo => !holders.ContainsKey(silo)) && time.GetElapsedTime(began) < supervised.Every) return null;
        var running = (await store.Running()).Where(supervised.Contains).ToList();
        var held = holders.Values.SelectMany(h => h.Jobs).ToHashSet();
        foreach (var job in running)
            if (!held.Contains(job)) GrainFactory.GetGrain<IJobGrain>(job.Value).Wake().Ignore();
        return running.Count;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store cannot be read to look for running jobs; trying again")]
    private partial void LogUnavailable(Exception exception);
}
