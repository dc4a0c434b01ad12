using System.Collections.Immutable;
using System.Diagnostics;
using AutoSelect.Contracts;
using Microsoft.Extensions.Logging;

namespace AutoSelect.Host.Control;

/// <summary>The device processes of this machine: started, taken over from a process that died, started anew.</summary>
/// <param name="logs">Folder of their logs.</param>
/// <param name="processes">What is known of them from before.</param>
/// <param name="options">Where they find the control side and their data: names and values, one after the other.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of ends and faults.</param>
internal sealed partial class DeviceFleet(
    string logs,
    DeviceProcesses processes,
    ImmutableArray<string> options,
    TimeProvider time,
    ILogger<DeviceFleet> logger) : IAsyncDisposable
{
    /// <summary>Failures in a row of every device after which there is no hope left.</summary>
    public const int FailuresToGiveUp = 5;

    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(.2);

    /// <summary>Above what a device process leaves itself for an orderly end.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource<EnvironmentFaultException> hopeless = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource up = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource stopping = new();
    private ImmutableArray<DeviceSlot> slots = [];
    private ImmutableArray<DeviceFault> faults = [];
    private Task watch = Task.CompletedTask;
    private string trouble = "";

    /// <summary>Starts a process with its log and its arguments; default <see cref="DeviceExecutable.StartDetached"/>.</summary>
    public Func<string, string[], Process> Launcher { get; init; } = DeviceExecutable.StartDetached;

    /// <summary>Folder, which exists, in which device processes say that they are registered; null for that of the logs.</summary>
    public string? Marks { get; init; }

    /// <summary>Devices whose processes ended at their start three times or more in a row, until one comes up.</summary>
    public IReadOnlyList<DeviceFault> Faults => faults;

    /// <summary>Told of each change of <see cref="Faults"/>, on a thread of the pool.</summary>
    public event Action<IReadOnlyList<DeviceFault>>? FaultsChanged;

    /// <summary>Completes with what to tell the user once every device has failed to come up five times in a row. They are still
    /// tried; a session that goes on without devices would wait for ever.</summary>
    public Task<EnvironmentFaultException> Hopeless => hopeless.Task;

    /// <summary>Completes when the control side has taken every device.</summary>
    public Task Up => up.Task;

    /// <summary>The fleet of a control process of this machine, which its devices find by the file in its folder.</summary>
    public static DeviceFleet OfStore(ControlPaths paths, TimeProvider time, ILogger<DeviceFleet> logger) => new(
        paths.Logs, new DeviceProcesses(paths.DeviceProcesses), ["--server-file", paths.Api, "--data", ControlPaths.DataSets], time,
        logger);

    /// <summary>Has as many devices running as asked for, of those the host has.</summary>
    /// <exception cref="EnvironmentFaultException">
    /// A process cannot be started, or <see cref="DeviceGrace.Variable"/> is no number.
    /// </exception>
    public void Start(IReadOnlyList<DeviceDescription> devices)
    {
        Directory.CreateDirectory(logs);
        slots = [.. devices.Select(d => new DeviceSlot(d, logs, Marks ?? logs, Launcher, time))];
        foreach (var slot in slots)
            if (!IsTakenOver(slot)) slot.Start(Arguments());
        Write();
        watch = Watch();
    }

    /// <summary>
    /// Ends the processes in order: each writes a checkpoint, reports it and takes leave. Whatever has not ended then is ended by
    /// <see cref="DisposeAsync"/>.
    /// </summary>
    public async Task End()
    {
        await stopping.CancelAsync();
        await watch;
        await Task.WhenAll(slots.Select(s => s.End(LongestEnd)));
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await watch;
        foreach (var slot in slots) slot.Dispose();
        processes.Delete();
        stopping.Dispose();
    }

    private async Task Watch()
    {
        try
        {
            while (true)
            {
                await Task.Delay(CheckInterval, time, stopping.Token);
                Look();
            }
        }
        catch (OperationCanceledException)
        {
            // The session ends.
        }
    }

    /// <summary>Whatever is wrong now, devices are looked at again: nobody else starts them anew.</summary>
    private void Look()
    {
        try
        {
            foreach (var slot in slots) Check(slot);
            Tell();
            trouble = "";
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (e.Message != trouble) LogTrouble(e);
            trouble = e.Message;
        }
    }

    private void Check(DeviceSlot slot)
    {
        if (slot.Check() is { } ended) LogEnded(slot.Device.Id, ended, slot.Wait.TotalSeconds, slot.Log);
        if (!slot.IsDue) return;
        slot.TryStart(Arguments());
        Write();
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
        if (slots.All(s => s.IsRegistered)) up.TrySetResult();
        if (slots.Length == 0 || hopeless.Task.IsCompleted || slots.Any(s => s.Failures < FailuresToGiveUp)) return;
        hopeless.SetResult(new EnvironmentFaultException(
            $"No device comes up. {string.Join(Environment.NewLine, now.Select(f => f.Message))}"));
    }

    private bool IsTakenOver(DeviceSlot slot) => processes.Find(slot.Device.Id) is { } id
        && DeviceExecutable.IsDeviceProcess(id, ["--device", slot.Device.Id.Value, .. options]) && slot.TryTakeOver(id);

    private void Write() =>
        processes.Write(slots.Where(s => s.ProcessId is not null).Select(s => (s.Device.Id, s.ProcessId!.Value)));

    private string[] Arguments() =>
    [
        .. options,
        "--parent", Environment.ProcessId.ToString(),
        .. DeviceGrace.FromEnvironment() is { } grace ? ["--grace", grace] : Array.Empty<string>(),
    ];

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "The process {Process} of device {Device} has ended and is started anew in {Wait} s; its log is {Log}")]
    private partial void LogEnded(DeviceId device, int process, double wait, string log);

    [LoggerMessage(Level = LogLevel.Error, Message = "The devices of this machine cannot be looked at; trying again")]
    private partial void LogTrouble(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Fault}")]
    private partial void LogFault(string fault);
}
