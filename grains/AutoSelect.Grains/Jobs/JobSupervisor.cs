using System.Collections.Concurrent;
using AutoSelect.Contracts;
using Microsoft.Extensions.Hosting;

namespace AutoSelect.Grains;

/// <summary>Which jobs a supervisor wakes.</summary>
public sealed class SupervisedJobs
{
    private readonly ConcurrentDictionary<JobId, bool> named = new();

    /// <summary>
    /// True for every running job of the store, as in a cluster; default false: only those that were named, as on the command line.
    /// </summary>
    public bool All { get; init; }

    /// <summary>How often jobs that nobody holds are looked for; default 2 s.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(2);

    public void Add(JobId job) => named[job] = true;

    public bool Contains(JobId job) => All || named.ContainsKey(job);
}

/// <summary>
/// Tells the supervisor of the cluster which jobs this silo holds, and keeps it and the pool alive: a silo that died, or a message that got
/// lost, costs a job seconds. On every silo.
/// </summary>
internal sealed class JobSupervisor(
    IGrainFactory grains, ILocalSiloDetails silo, SupervisedJobs jobs, HeldJobs held, AutoSelectTelemetry telemetry, TimeProvider time)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        telemetry.Begin();
        using var timer = new PeriodicTimer(jobs.Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            // Its timers are what expires leases, and nobody else may be calling it.
            grains.GetGrain<IDevicePoolGrain>(IDevicePoolGrain.Key).Released().Ignore();
            // One that does not answer in time is asked again meanwhile.
            Tell().Ignore();
        }
    }

    private async Task Tell()
    {
        var supervisor = grains.GetGrain<ISupervisorGrain>(ISupervisorGrain.Key);
        if (await supervisor.Holds(silo.SiloAddress, held.All) is { } running) telemetry.Jobs.Found(running);
    }
}
