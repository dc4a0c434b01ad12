using System.Collections.Immutable;
using AutoSelect.Contracts;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control.Joining;

/// <summary>
/// This machine's devices at a control side elsewhere: a process each, started anew when it ends. Nobody needs to reach this machine.
/// </summary>
internal sealed class JoinedDevices : IAsyncDisposable
{
    private readonly StoreLock folder;
    private readonly ILoggerFactory loggers;

    private JoinedDevices(StoreLock folder, ILoggerFactory loggers, DeviceFleet fleet, ImmutableArray<DeviceId> ids) =>
        (this.folder, this.loggers, Fleet, Ids) = (folder, loggers, fleet, ids);

    /// <summary>Their processes.</summary>
    public DeviceFleet Fleet { get; }

    /// <summary>Which devices.</summary>
    public ImmutableArray<DeviceId> Ids { get; }

    /// <summary>Starts the device processes, or takes those over that an earlier process has left.</summary>
    /// <exception cref="EnvironmentFaultException">There are no such devices, or a process or folder cannot be had.</exception>
    public static async Task<JoinedDevices> Start(JoinOptions options, TimeProvider time)
    {
        var devices = Find(options);
        var folder = new StoreLock(options.Paths);
        var loggers = LoggerFactory.Create(
            logging => logging.AddProvider(new FileLogProvider(Path.Combine(options.Paths.Logs, "devices.log"), time)));
        var fleet = CreateFleet(options, time, loggers.CreateLogger<DeviceFleet>());
        var joined = new JoinedDevices(folder, loggers, fleet, [.. devices.Select(d => d.Id)]);
        try
        {
            // Before the first process fails at it, again and again.
            options.Account?.Prepare(fleet.Marks!, [.. Files(options), .. DeviceExecutable.FilesToRead()]);
            fleet.Start(devices);
            return joined;
        }
        catch
        {
            await joined.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Fleet.DisposeAsync();
        loggers.Dispose();
        folder.Dispose();
    }

    private static DeviceFleet CreateFleet(JoinOptions options, TimeProvider time, ILogger<DeviceFleet> logger)
    {
        var logs = options.Paths.Logs;
        // Logs stay this process's own: they are opened before another account begins to write.
        return new DeviceFleet(logs, new DeviceProcesses(options.Paths.DeviceProcesses), options.ToDeviceOptions(), time, logger)
        {
            Marks = options.Account is null ? null : Path.Combine(logs, "registered"),
            Launcher = (log, arguments) => DeviceExecutable.StartDetachedBy(options.Account?.Prefix ?? [], log, arguments),
        };
    }

    private static IEnumerable<string> Files(JoinOptions options) =>
        new[] { options.Authority, options.Certificate, options.CertificateKey }.OfType<string>();

    private static List<DeviceDescription> Find(JoinOptions options)
    {
        var libraries = DeviceExecutable.LibraryFolders();
        var all = options.Kind is { } kind ? HostDevices.List(kind, libraries) : HostDevices.List(libraries);
        if (all.Count < (options.Count ?? 1))
        {
            var what = options.Kind is { } asked ? $"{asked.ToString().ToLowerInvariant()} devices" : "devices";
            throw new EnvironmentFaultException($"This machine has {all.Count} {what}, and {options.Count ?? 1} were asked for.");
        }
        return
        [
            .. all.Take(options.Count ?? all.Count)
                .Select(d => d with { Id = new DeviceId($"{options.Name}-{d.Kind.ToString().ToLowerInvariant()}-{d.Index}") }),
        ];
    }
}
