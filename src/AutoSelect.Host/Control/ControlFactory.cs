using System.Net;
using AutoSelect.Contracts;
using AutoSelect.Grains;
using AutoSelect.Host.Control.Borrowing;
using AutoSelect.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control;

/// <summary>Opens a store with a control side on this machine.</summary>
internal sealed class ControlFactory(TimeProvider time) : IControlFactory
{
    public async Task<IControlSession> Open(ControlOptions options, CancellationToken ct)
    {
        CheckLink();
        var paths = new ControlPaths(options.StoreDirectory) { Checkpoints = options.Checkpoints };
        var storeLock = new StoreLock(paths);
        SqliteStore? store = null;
        IHost? silo = null;
        DeviceFleet? fleet = null;
        SqliteKeyStore? keys = null;
        try
        {
            store = SqliteStore.Open(paths.Database, time);
            await store.CheckWritable();
            if (options.Checkpoints is { } place) await CheckpointPlace.Check(place, ct);
            keys = new SqliteKeyStore(paths.Keys, time);
            var borrowing = SiloBorrowing.For(options.Borrowing?.OfStore(paths.Root), paths, keys, store.Leases, time);
            using var endpoint = ControlEndpoint.At(IPAddress.Loopback);
            silo = ControlSilo.Build(paths, endpoint, store, borrowing?.Parts, options.Leases);
            borrowing?.Join(silo.Services, isLast: () => Task.FromResult(true));
            // Before its devices can ask whether they may go on.
            if (options.Job is { } job) silo.Services.GetRequiredService<SupervisedJobs>().Add(job);
            fleet = DeviceFleet.OfStore(paths, time, silo.Services.GetRequiredService<ILogger<DeviceFleet>>());
            // Device processes try again until the API listens, so all start at once.
            fleet.Start([.. HostDevices.List(DeviceExecutable.LibraryFolders()).Take(options.Devices)]);
            await silo.StartAsync(ct);
            var session = new ControlSession(paths, storeLock, store, keys, silo, fleet, borrowing, time);
            await session.Listen();
            return session;
        }
        catch (Exception e)
        {
            if (fleet is not null) await fleet.DisposeAsync();
            silo?.Dispose();
            if (keys is not null) await keys.DisposeAsync();
            if (store is not null) await store.DisposeAsync();
            storeLock.Dispose();
            if (e is StoreUnavailableException or UnauthorizedAccessException or IOException)
                throw new EnvironmentFaultException(e.Message, e);
            throw;
        }
    }

    /// <summary>The device processes inherit the variable, and would end over and over.</summary>
    private static void CheckLink()
    {
        try
        {
            LinkSpeed.FromEnvironment();
        }
        catch (FormatException e)
        {
            throw new EnvironmentFaultException(e.Message, e);
        }
    }
}
