using System.Collections.Concurrent;
using AutoSelect.Contracts;
using AutoSelect.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Grains;

/// <summary>Which jobs a supervisor wakes.</summary>
public sealed class SupervisedJobs
{
    private readonly ConcurrentDictionary<JobId, bool> named = new();

    /// <summary>
    /// True for every running job of the store, as in a cluster; default false: only those that were named, as on the command line.
    /// </summary>
    public bool All { get; init; }

    /// <summary>How often jobs are looked for; default 2 s.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(2);

    public void Add(JobId job) => named[job] = true;

    public bool Contains(JobId job) => All || named.ContainsKey(job);
}

/// <summary>
/// Wakes the running jobs of the store that nobody holds: a silo that died, or a message that got lost, costs a job seconds. On every silo.
/// </summary>
public sealed partial class JobSupervisor(
    IJobStore store, IGrainFactory grains, SupervisedJobs jobs, AutoSelectTelemetry telemetry, TimeProvider time,
    ILogger<JobSupervisor> logger) : BackgroundService
{
    private static readonly JobQuery Running = new() { Phases = JobPhases.Running };

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        telemetry.Begin();
        using var timer = new PeriodicTimer(jobs.Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                // Its timers are what expires leases, and nobody else may be calling it.
                grains.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key).Released().Ignore();
                // To one that is awake this is a tick.
                var running = (await store.List(Running)).Jobs.Where(job => jobs.Contains(job.Id)).ToList();
                telemetry.Jobs.Found(running.Count);
                foreach (var job in running) grains.GetGrain<IJobGrain>(job.Id.Value).Wake().Ignore();
            }
            catch (Exception e) when (e is StoreUnavailableException or ObjectDisposedException)
            {
                LogUnavailable(e);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store cannot be read to look for running jobs; trying again")]
    private partial void LogUnavailable(Exception exception);
}
