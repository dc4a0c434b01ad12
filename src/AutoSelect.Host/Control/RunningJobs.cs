using AutoSelect.Contracts;
using AutoSelect.Grains;
using AutoSelect.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AutoSelect.Host.Control;

/// <summary>Gives jobs to the silos of a store, and asks things of them.</summary>
/// <param name="store">Where they are kept.</param>
/// <param name="silo">One of the silos.</param>
/// <param name="paths">Where they get their folders, and their places for checkpoints.</param>
/// <param name="time">Clock of submissions.</param>
internal sealed class RunningJobs(IJobStore store, IHost silo, ControlPaths paths, TimeProvider time)
{
    private readonly SupervisedJobs supervised = silo.Services.GetRequiredService<SupervisedJobs>();
    private readonly IGrainFactory grains = silo.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Stores and starts a job.</summary>
    /// <param name="spec">What to do.</param>
    /// <param name="submission">The submitter's own name for the call; null for none.</param>
    /// <exception cref="ArgumentException">The job cannot be run as it is.</exception>
    /// <exception cref="EnvironmentFaultException">Storage unavailable.</exception>
    public Task<JobId> Submit(JobSpec spec, string? submission = null) =>
        Translated(() => new JobSubmission(
            store, silo.Services.GetRequiredService<ILeaseLedger>(), grains, supervised, time, paths.Jobs, paths.Checkpoints)
            .Submit(spec, submission));

    /// <summary>Stores a request; exceptions as of <see cref="IControlSession.Request"/>.</summary>
    public Task Request(JobId job, JobRequest request) => Translated(async () =>
    {
        try
        {
            await grains.GetGrain<IJobGrain>(job.Value).Request(request);
        }
        catch (VersionConflictException)
        {
            // The activation knew too little and has given itself up: the next one reads the job anew.
            await grains.GetGrain<IJobGrain>(job.Value).Request(request);
        }
        // Only now: what nobody may ask of a job must not set it going.
        supervised.Add(job);
        await grains.GetGrain<IJobGrain>(job.Value).Wake();
        return true;
    });

    /// <summary>Says a fault of the store as one of the environment.</summary>
    public static async Task<T> Translated<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (StoreUnavailableException e)
        {
            throw new EnvironmentFaultException(e.Message, e);
        }
    }
}
