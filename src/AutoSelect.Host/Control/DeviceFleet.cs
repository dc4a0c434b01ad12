using System.Diagnostics;
using AutoSelect.Contracts;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control;

/// <summary>The device processes of this machine: started, taken over from a control process that died, started anew when they end.</summary>
internal sealed partial class DeviceFleet(ControlPaths paths, ControlEndpoint endpoint, TimeProvider time, ILogger<DeviceFleet> logger) : IAsyncDisposable
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(.2);

    private readonly Dictionary<string, Process> processes = [];
    private readonly CancellationTokenSource stopping = new();
    private Task watch = Task.CompletedTask;

    /// <summary>Has as many devices running as asked for, of those the host has.</summary>
    public void Start(IReadOnlyList<DeviceDescription> devices)
    {
        Directory.CreateDirectory(paths.Logs);
        foreach (var device in devices)
        {
            if (endpoint.Devices.TryGetValue(device.Id.Value, out var id) && DeviceExecutable.IsDeviceProcess(id))
                processes[device.Id.Value] = Process.GetProcessById(id);
            else
                Launch(device);
        }
        endpoint.Write(paths);
        watch = Watch(devices);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await watch;
        foreach (var process in processes.Values)
        {
            if (!process.HasExited) process.Kill();
            process.Dispose();
        }
        File.Delete(paths.Endpoint);
        stopping.Dispose();
    }

    private async Task Watch(IReadOnlyList<DeviceDescription> devices)
    {
        try
        {
            while (true)
            {
                await Task.Delay(CheckInterval, time, stopping.Token);
                foreach (var device in devices.Where(d => processes[d.Id.Value].HasExited))
                {
                    LogEnded(device.Id, processes[device.Id.Value].Id, LogFile(device));
                    processes[device.Id.Value].Dispose();
                    Launch(device);
                    endpoint.Write(paths);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The session ends.
        }
    }

    private void Launch(DeviceDescription device)
    {
        var process = DeviceExecutable.StartDetached(LogFile(device),
            "serve",
            "--control", $"127.0.0.1:{endpoint.GatewayPort}",
            "--device", device.Id.Value,
            "--kind", device.Kind.ToString(),
            "--index", device.Index.ToString(),
            "--data", ControlPaths.DataSets);
        processes[device.Id.Value] = process;
        endpoint.Devices[device.Id.Value] = process.Id;
    }

    private string LogFile(DeviceDescription device) => Path.Combine(paths.Logs, $"{device.Id}.log");

    [LoggerMessage(Level = LogLevel.Warning, Message = "The process {Process} of device {Device} has ended and is started anew; its log is {Log}")]
    private partial void LogEnded(DeviceId device, int process, string log);
}
