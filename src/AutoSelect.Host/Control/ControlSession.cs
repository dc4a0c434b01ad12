using System.Runtime.CompilerServices;
using AutoSelect.Contracts;
using AutoSelect.Grains;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace AutoSelect.Host.Control;

/// <summary>A running control side: store, silo and device processes of this machine.</summary>
internal sealed class ControlSession(ControlPaths paths, StoreLock storeLock, JobStore store, IHost silo, DeviceFleet fleet, TimeProvider time) : IControlSession
{
    private static readonly TimeSpan WatchInterval = TimeSpan.FromSeconds(.25);

    private IGrainFactory Grains { get; } = silo.Services.GetRequiredService<IGrainFactory>();

    public async Task<JobRecord> Submit(JobSpec spec, CancellationToken ct)
    {
        var id = FreeId(spec.Name);
        var job = Job(id);
        await Translated(() => job.Submit(spec, Path.Combine(paths.Jobs, id.Value)));
        return (await job.GetRecord())!;
    }

    public async Task<JobRecord> Resume(JobId id, CancellationToken ct)
    {
        var job = Job(id);
        await Translated(job.Resume);
        return (await job.GetRecord())!;
    }

    public async IAsyncEnumerable<JobRecord> Watch(JobId id, [EnumeratorCancellation] CancellationToken ct)
    {
        var job = Job(id);
        while (true)
        {
            if (await job.GetRecord() is not { } record) throw new KeyNotFoundException($"No job '{id}' is stored in {paths.Root}.");
            yield return record;
            if (record.Phase is JobPhase.Completed or JobPhase.Failed or JobPhase.Paused) yield break;
            await Task.Delay(WatchInterval, time, ct);
        }
    }

    public async Task<JobRecord> Pause(JobId id, CancellationToken ct)
    {
        var job = Job(id);
        await Translated(job.Pause);
        return (await job.GetRecord())!;
    }

    public async ValueTask DisposeAsync()
    {
        await fleet.DisposeAsync();
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(3), time)) await silo.StopAsync(patience.Token);
        silo.Dispose();
        await store.DisposeAsync();
        storeLock.Dispose();
    }

    private IJobGrain Job(JobId id) => Grains.GetGrain<IJobGrain>(id.Value);

    private JobId FreeId(string name)
    {
        for (var n = 1; ; n++)
        {
            var id = new JobId($"{name}-{n}");
            // The folder first: most taken names are known by it, and a job is read with all its curves.
            if (!Directory.Exists(Path.Combine(paths.Jobs, id.Value)) && store.Reader.Find(id) is null) return id;
        }
    }

    private static async Task Translated(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (StoreUnavailableException e)
        {
            throw new EnvironmentFaultException(e.Message, e);
        }
    }
}
