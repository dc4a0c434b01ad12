using System.Diagnostics;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests.Faults;

/// <summary>Real device processes that are asked to end.</summary>
public sealed class DrainTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_device_that_gets_SIGTERM_writes_a_checkpoint_reports_its_end_and_exits()
    {
        await using var session = await RealSession.Open(folder.Path, devices: 1);
        var job = await session.Submit(FaultyJobs.Spec(epochs: 40, examples: 8000, ("only", 20)));
        var running = await session.Until(job, r => !r.Trials[0].Curve.IsEmpty && r.TrainingProcesses().Any());
        var id = running.TrainingProcesses().First();
        using var device = Process.GetProcessById(id);

        await Terminate(id);
        await device.WaitForExitAsync(TestContext.Current.CancellationToken);
        var record = await session.UntilEnded(job);

        Assert.True(record.Phase == JobPhase.Completed, $"{record.Outcome!.Summary} {record.Trials[0].Reason}");
        // What the control side assigns before the next process is there is lost with nothing done, where that takes longer than a lease.
        var segments = record.Trials[0].Segments;
        var drained = segments.FirstOrDefault(s => s.End == SegmentEnd.Interrupted);
        Assert.True(drained is { ToStep: > 0 }, $"process {id} left {string.Join(", ", segments.Select(s => $"{s.End} at {s.ToStep}"))}");
        Assert.Equal(drained.ToStep, segments.First(s => s.LeaseToken > drained.LeaseToken).FromStep);
        Assert.DoesNotContain(segments, s => s.End == SegmentEnd.DeviceLost && s.ToStep > s.FromStep);
    }

    [Fact]
    public async Task An_idle_device_and_one_that_has_not_found_its_control_side_exit_on_SIGTERM()
    {
        await using var session = await RealSession.Open(folder["store"], devices: 1);
        var logs = new ControlPaths(folder["store"]).Logs;
        while (!Directory.EnumerateFiles(logs, "*.registered").Any()) await Task.Delay(20, TestContext.Current.CancellationToken);
        var path = Directory.EnumerateFiles(logs, "*.log").First(l => Path.GetFileName(l) != "control.log");
        await UntilReady(path);
        using var idle = Process.GetProcessById(IdOfDevice());
        await Terminate(idle.Id);
        await idle.WaitForExitAsync(TestContext.Current.CancellationToken);

        var log = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
        Assert.Contains("This process ends: SIGTERM", log);
        Assert.Contains("Took leave", log);
        Assert.DoesNotContain("at once", log);

        // Nobody has written the file.
        using var unconnected = DeviceExecutable.StartDetached(folder["log"],
            "serve", "--server-file", folder["api.json"], "--device", "cpu-0", "--kind", "cpu", "--index", "0", "--data", folder.Path);
        await UntilReady(folder["log"]);
        await Terminate(unconnected.Id);
        await unconnected.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, unconnected.ExitCode);
    }

    /// <summary>Waits until a device process has loaded all that it trains with.</summary>
    private static async Task UntilReady(string log)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(5));
        while (!File.Exists(log) || !(await File.ReadAllTextAsync(log, patience.Token)).Contains("Ready to train"))
            await Task.Delay(20, patience.Token);
    }

    private int IdOfDevice() => Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(n => char.IsAsciiDigit(n![0]))
        .Select(n => int.Parse(n!)).First(id => Registers(id));

    private bool Registers(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline").Contains(folder["store"], StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static async Task Terminate(int id)
    {
        using var kill = Process.Start("kill", ["-TERM", $"{id}"]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }
}
