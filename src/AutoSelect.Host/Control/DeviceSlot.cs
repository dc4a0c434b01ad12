using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using AutoSelect.Contracts;

namespace AutoSelect.Host.Control;

/// <summary>One device of this machine and its process, one after the other.</summary>
/// <param name="device">Which.</param>
/// <param name="folder">Where its log is.</param>
/// <param name="marks">Where its process makes a file when the control side has taken the device.</param>
/// <param name="launch">Starts a process with a log and arguments.</param>
/// <param name="time">The clock.</param>
internal sealed class DeviceSlot(
    DeviceDescription device,
    string folder,
    string marks,
    Func<string, string[], Process> launch,
    TimeProvider time) : IDisposable
{
    /// <summary>Failures in a row from which people are told.</summary>
    public const int FailuresToTell = 3;

    private readonly RestartPace pace = new(time);
    private Process? process;
    private long logStart;
    private DeviceFault? fault;

    public DeviceDescription Device => device;

    public string Log { get; } = Path.Combine(folder, $"{device.Id}.log");

    /// <summary>Id of the process; null while there is none.</summary>
    public int? ProcessId => process?.Id;

    /// <summary>Starts in a row that came to nothing.</summary>
    public int Failures => pace.Failures;

    /// <summary>Time between the last end and the next start.</summary>
    public TimeSpan Wait => pace.Wait;

    /// <summary>True when the control side has taken the device of the process.</summary>
    public bool IsRegistered => process is not null && File.Exists(RegisteredFile);

    /// <summary>True when a process is to be started now.</summary>
    public bool IsDue => process is null && pace.IsDue;

    /// <summary>What people should know; null while it does well enough.</summary>
    public DeviceFault? Fault => pace.Failures >= FailuresToTell ? fault : null;

    private string RegisteredFile => Path.Combine(marks, $"{device.Id}.registered");

    /// <summary>Takes over a process of a control process that died; false when it has ended just now.</summary>
    public bool TryTakeOver(int id)
    {
        try
        {
            process = Process.GetProcessById(id);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Starts a process.</summary>
    /// <exception cref="EnvironmentFaultException">It could not be started.</exception>
    public void Start(params string[] arguments)
    {
        File.Delete(RegisteredFile);
        logStart = LogTail.Length(Log);
        pace.Started();
        try
        {
            process = launch(Log,
            [
                "serve", .. arguments,
                "--device", device.Id.Value,
                "--kind", device.Kind.ToString(),
                "--index", device.Index.ToString(CultureInfo.InvariantCulture),
                "--registered-file", RegisteredFile,
            ]);
        }
        catch (Win32Exception e)
        {
            throw new EnvironmentFaultException($"The process of device {device.Id} could not be started: {e.Message}", e);
        }
    }

    /// <summary>Starts a process, where a failure counts as one of the process.</summary>
    public void TryStart(params string[] arguments)
    {
        try
        {
            Start(arguments);
        }
        catch (Exception e) when (e is EnvironmentFaultException or IOException or UnauthorizedAccessException)
        {
            Failed(exitCode: null, e.Message);
        }
    }

    /// <summary>Takes note of what has become of the process.</summary>
    /// <returns>Its id when it has ended since the last time; else null.</returns>
    public int? Check()
    {
        if (process is null) return null;
        if (!process.HasExited)
        {
            if (pace.Failures > 0) pace.Lives(File.Exists(RegisteredFile));
            return null;
        }
        var id = process.Id;
        var code = ExitCode(process);
        process.Dispose();
        process = null;
        Failed(code, LogTail.Read(Log, logStart));
        return id;
    }

    /// <summary>Asks the process for an orderly end, and waits for it for at most so long.</summary>
    public async Task End(TimeSpan longest)
    {
        if (process is null || process.HasExited) return;
        DeviceExecutable.Terminate(process.Id);
        try
        {
            await process.WaitForExitAsync().WaitAsync(longest, time);
        }
        catch (TimeoutException)
        {
            // It is ended at once with the slot.
        }
    }

    /// <summary>Ends the process at once.</summary>
    public void Dispose()
    {
        if (process is null) return;
        if (!process.HasExited) process.Kill();
        process.Dispose();
        process = null;
    }

    private void Failed(int? exitCode, string lastLines)
    {
        pace.Ended(cameUp: File.Exists(RegisteredFile));
        fault = new DeviceFault(device.Id, exitCode, pace.Failures, lastLines, Log);
    }

    private static int? ExitCode(Process ended)
    {
        try
        {
            return ended.ExitCode;
        }
        catch (InvalidOperationException)
        {
            // Only the process that started it is told.
            return null;
        }
    }
}
