using AutoSelect.Contracts;
using AutoSelect.Grains;
using AutoSelect.Jobs;
using AutoSelect.Jobs.Transitions;
using AutoSelect.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoSelect.Host.Control;

/// <summary>Changes jobs of a store that no process runs, under the store's lock.</summary>
internal sealed class UnattendedJobs(ControlPaths paths, TimeProvider time)
{
    /// <summary>Ends a job without a model, as its control side would.</summary>
    /// <returns>The job as it ended.</returns>
    /// <exception cref="KeyNotFoundException">No such job is stored.</exception>
    /// <exception cref="InvalidOperationException">It has ended already.</exception>
    /// <exception cref="EnvironmentFaultException">The store is in use, or cannot be written.</exception>
    public Task<JobRecord> Cancel(JobId id) => InStore(async jobs =>
    {
        var before = JobFold.FromEvents(await jobs.Changes(id, 0))
            ?? throw new KeyNotFoundException($"No job '{id}' is stored in {paths.Root}.");
        var now = time.GetUtcNow();
        var (events, after) = JobFold.Next(before, Requests.Changes(before, JobRequest.Cancel(), before.ClockAt(now)), now);
        await jobs.Append(id, before.Version, events, JobSummaries.FromRecord(after, now));
        await new CheckpointFiles(NullLogger<CheckpointFiles>.Instance).Sweep(after);
        return after;
    });

    /// <summary>
    /// Removes a job that has ended or is paused; exceptions as of <see cref="JobRemoval.Remove"/> and of <see cref="Cancel"/>.
    /// </summary>
    public Task Delete(JobId id) => InStore(async jobs =>
    {
        await new JobRemoval(jobs, paths).Remove(id);
        return true;
    });

    private async Task<T> InStore<T>(Func<IJobStore, Task<T>> work)
    {
        using var locked = new StoreLock(paths);
        try
        {
            await using var store = SqliteStore.Open(paths.Database, time);
            return await work(store.Jobs);
        }
        catch (StoreUnavailableException e)
        {
            throw new EnvironmentFaultException(e.Message, e);
        }
    }
}
