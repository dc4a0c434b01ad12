using System.Diagnostics;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Testing;
using AutoSelect.Testing.Processes;

namespace AutoSelect.Host.Tests.Faults;

/// <summary>The control process, as a user starts it, really killed in the middle of a job, and the job resumed.</summary>
public sealed class ControlFaultTests : IDisposable
{
    private static readonly string Program = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "AutoSelect.Host", new DirectoryInfo(AppContext.BaseDirectory).Name, "autoselect.dll"));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_job_whose_control_process_was_killed_goes_on_on_the_devices_that_trained_through_it()
    {
        var (id, devices) = await RunAndKill(alsoDevices: false);
        Assert.All(devices, pid => Assert.True(DeviceExecutable.IsDeviceProcess(pid), $"device process {pid} is gone"));
        var before = await Stored(id);

        Assert.Equal(0, await Finish("resume", id));

        var record = await Stored(id);
        Assert.Equal(JobPhase.Completed, record.Phase);
        Assert.Equal(Decisions(before), Decisions(record).Take(before.Rungs.Length));
        var trained = Running(before).Select(t => t.Segments[^1].LeaseToken);
        var after = record.Trials.SelectMany(t => t.Segments).Where(s => trained.Contains(s.LeaseToken)).ToList();
        Assert.NotEmpty(after);
        Assert.DoesNotContain(after, s => s.End == SegmentEnd.DeviceLost);
    }

    [Fact]
    public async Task A_job_whose_control_and_device_processes_were_all_killed_goes_on_from_its_checkpoints()
    {
        var (id, _) = await RunAndKill(alsoDevices: true);
        var before = await Stored(id);

        Assert.Equal(0, await Finish("resume", id));

        var record = await Stored(id);
        Assert.Equal(JobPhase.Completed, record.Phase);
        Assert.Equal(Decisions(before), Decisions(record).Take(before.Rungs.Length));
        Assert.Contains(record.Trials.SelectMany(t => t.Segments), s => s.FromStep > 0);
    }

    [Fact]
    public async Task A_read_only_store_is_refused_with_a_clear_error()
    {
        using var disk = SmallDisk.Mount(folder["disk"], megabytes: 4);
        if (disk is null) Assert.Skip("a file system cannot be mounted here (needs root and tmpfs)");
        disk.MakeReadOnly();

        using var process = Start(folder["disk"], "run", WriteJob());
        var error = await process.StandardError.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);

        Assert.Equal(4, process.ExitCode);
        Assert.Contains(folder["disk"], error);
        Assert.Contains("--store", error);
    }

    private async Task<(string Id, List<int> Devices)> RunAndKill(bool alsoDevices)
    {
        using var process = Start(folder.Path, "run", WriteJob());
        var archive = new JobArchive();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        patience.CancelAfter(TimeSpan.FromMinutes(10));
        JobRecord? record = null;
        // In the middle of segments: something has been decided, every device has reported since, and the baseline has a checkpoint.
        while (!patience.IsCancellationRequested && !(
            record is { Rungs.Length: >= 1, Trials: [{ Checkpoint: not null }, ..] } && Running(record) is { Count: > 0 } running
                && running.All(t => t.Curve is [.., var last] && last.Step > t.Segments[^1].FromStep)))
        {
            await Task.Delay(50, Cancelled);
            record = (await archive.List(folder.Path)) is [var first, ..] ? await archive.Find(folder.Path, first.Id) : null;
            if (record?.Outcome is not null || process.HasExited)
                Assert.Fail($"the job ended before it could be killed: {await process.StandardError.ReadToEndAsync(Cancelled)}");
        }
        process.Kill();
        await process.WaitForExitAsync(Cancelled);
        var devices = record!.Devices.Select(d => d.ProcessId).ToList();
        if (alsoDevices) devices.ForEach(pid => System.Diagnostics.Process.GetProcessById(pid).Kill());
        return (record.Id.Value, devices);
    }

    private static List<Trial> Running(JobRecord record) => [.. record.Trials.Where(t => t.Segments is [.., { EndedAt: null }])];

    private async Task<int> Finish(params string[] arguments)
    {
        using var process = Start(folder.Path, arguments);
        var output = process.StandardOutput.ReadToEndAsync(Cancelled);
        var error = await process.StandardError.ReadToEndAsync(Cancelled);
        await process.WaitForExitAsync(Cancelled);
        if (process.ExitCode != 0) TestContext.Current.AddWarning(await output + error);
        return process.ExitCode;
    }

    private static Process Start(string store, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(
            "dotnet", [Program, .. arguments, "--store", store])
        { RedirectStandardOutput = true, RedirectStandardError = true })!;

    private string WriteJob()
    {
        var path = folder["job.yaml"];
        File.WriteAllText(path, $"""
            name: kill
            workload:
              assembly: {BuiltFile.FaultyWorkloads}
              type: AutoSelect.FaultyWorkloads.FaultyWorkload
              options: {"{"} examples: 6000 {"}"}
            objective:
              tradeoff: {"{"} gain: 0.01, worth: 10s {"}"}
            candidates:
              - strategy: sgd
                values: {"{"} learningRate: [0.01, 0.02] {"}"}
                batchSizes: [20]
            epochs: 40
            policy: exhaustive
            checkpoints: {"{"} every: 1s {"}"}
            probe: {"{"} devices: 2 {"}"}
            """);
        return path;
    }

    private async Task<JobRecord> Stored(string id) => (await new JobArchive().Find(folder.Path, new JobId(id)))!;

    private static List<string> Decisions(JobRecord record) =>
        [.. record.Rungs.Select(r => string.Join("; ", r.Decisions.Select(d => $"{d.Trial} {d.Kind}")))];
}
