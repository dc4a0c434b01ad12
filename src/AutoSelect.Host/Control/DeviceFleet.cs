using System.Collections.Immutable;
using System.Diagnostics;
using AutoSelect.Contracts;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control;

/// <summary>The device processes of this machine: started, taken over from a control process that died, started anew.</summary>
internal sealed partial class DeviceFleet(
    ControlPaths paths,
    ControlEndpoint endpoint,
    TimeProvider time,
    ILogger<DeviceFleet> logger) : IAsyncDisposable
{
    /// <summary>Failures in a row of every device after which there is no hope left.</summary>
    public const int FailuresToGiveUp = 5;

    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(.2);

    private readonly TaskCompletionSource<EnvironmentFaultException> hopeless = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource stopping = new();
    private ImmutableArray<DeviceSlot> slots = [];
    private ImmutableArray<DeviceFault> faults = [];
    private Task watch = Task.CompletedTask;

    /// <summary>Starts a process with its log and its arguments; default <see cref="DeviceExecutable.StartDetached"/>.</summary>
    public Func<string, string[], Process> Launcher { get; init; } = DeviceExecutable.StartDetached;

    /// <summary>Devices whose processes ended at their start three times or more in a row, until one comes up.</summary>
    public IReadOnlyList<DeviceFault> Faults => faults;

    /// <summary>Told of each change of <see cref="Faults"/>, on a thread of the pool.</summary>
    public event Action<IReadOnlyList<DeviceFault>>? FaultsChanged;

    /// <summary>Completes with what to tell the user once every device has failed to come up five times in a row. They are still
    /// tried; a session that goes on without devices would wait for ever.</summary>
    public Task<EnvironmentFaultException> Hopeless => hopeless.Task;

    /// <summary>Has as many devices running as asked for, of those the host has.</summary>
    /// <exception cref="EnvironmentFaultException">
    /// A process cannot be started, or <see cref="DeviceGrace.Variable"/> is no number.
    /// </exception>
    public void Start(IReadOnlyList<DeviceDescription> devices)
    {
        Directory.CreateDirectory(paths.Logs);
        slots = [.. devices.Select(d => new DeviceSlot(d, paths.Logs, Launcher, time))];
        foreach (var slot in slots)
        {
            if (!endpoint.Devices.TryGetValue(slot.Device.Id.Value, out var id) || !slot.TryTakeOver(id)) slot.Start(Arguments());
            Note(slot);
        }
        endpoint.Write(paths);
        watch = Watch();
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await watch;
        foreach (var slot in slots) slot.Dispose();
        File.Delete(paths.Endpoint);
        stopping.Dispose();
    }

    private async Task Watch()
    {
        try
        {
            while (true)
            {
                await Task.Delay(CheckInterval, time, stopping.Token);
                foreach (var slot in slots) Check(slot);
                Tell();
            }
        }
        catch (OperationCanceledException)
        {
            // The session ends.
        }
    }

    private void Check(DeviceSlot slot)
    {
        if (slot.Check() is { } ended) LogEnded(slot.Device.Id, ended, slot.Wait.TotalSeconds, slot.Log);
        if (!slot.IsDue) return;
        slot.TryStart(Arguments());
        Note(slot);
        endpoint.Write(paths);
    }

    private void Tell()
    {
        ImmutableArray<DeviceFault> now = [.. slots.Select(s => s.Fault).OfType<DeviceFault>()];
        if (!now.SequenceEqual(faults))
        {
            foreach (var fault in now.Except(faults)) LogFault(fault.Message);
            faults = now;
            FaultsChanged?.Invoke(now);
        }
        if (slots.Length == 0 || hopeless.Task.IsCompleted || slots.Any(s => s.Failures < FailuresToGiveUp)) return;
        hopeless.SetResult(new EnvironmentFaultException(
            $"No device comes up. {string.Join(Environment.NewLine, now.Select(f => f.Message))}"));
    }

    private void Note(DeviceSlot slot)
    {
        if (slot.ProcessId is { } id) endpoint.Devices[slot.Device.Id.Value] = id;
        else endpoint.Devices.Remove(slot.Device.Id.Value);
    }

    private string[] Arguments() =>
    [
        "--control", endpoint.Gateway,
        "--data", ControlPaths.DataSets,
        "--parent", Environment.ProcessId.ToString(),
        .. DeviceGrace.FromEnvironment() is { } grace ? ["--grace", grace] : Array.Empty<string>(),
    ];

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The process {Process} of device {Device} has ended and is started anew in {Wait} s; its log is {Log}")]
    private partial void LogEnded(DeviceId device, int process, double wait, string log);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Fault}")]
    private partial void LogFault(string fault);
}
