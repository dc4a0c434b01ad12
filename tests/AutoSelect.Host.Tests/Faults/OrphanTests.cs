using System.Diagnostics;
using AutoSelect.Host.Control;
using AutoSelect.Testing;
using AutoSelect.Testing.Processes;

namespace AutoSelect.Host.Tests.Faults;

/// <summary>The control process, as a user starts it, really killed at several moments, after which no device process stays.</summary>
public sealed class OrphanTests : IDisposable
{
    private const string GraceSeconds = "6";

    private static readonly string Program = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory, "..", "..", "AutoSelect.Host", new DirectoryInfo(AppContext.BaseDirectory).Name, "autoselect.dll"));

    /// <summary>Only bounds a failing test.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly TemporaryFolder folder = new();

    private ControlPaths Paths => new(folder.Path);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("a device process runs")]
    [InlineData("the processes are written down")]
    [InlineData("a device is registered")]
    [InlineData("a device loads its data")]
    [InlineData("a checkpoint is written")]
    public async Task Devices_of_a_control_process_that_is_killed_end(string moment)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        using var control = Start();
        var errors = control.StandardError.ReadToEndAsync(patience.Token);
        while (!HasCome(moment))
        {
            if (control.HasExited) Assert.Fail($"the control process ended before {moment}: {await errors}");
            await Task.Delay(5, patience.Token);
        }

        control.Kill();
        await control.WaitForExitAsync(patience.Token);
        try
        {
            while (DeviceProcesses().Count > 0) await Task.Delay(50, patience.Token);
        }
        catch (OperationCanceledException)
        {
            // What this test started must not outlive it, whatever it found.
            var left = DeviceProcesses();
            foreach (var id in left) Process.GetProcessById(id).Kill();
            Assert.Fail($"{left.Count} device processes outlived their control, killed when {moment}, by over {Patience.TotalSeconds} s");
        }
    }

    private bool HasCome(string moment) => moment switch
    {
        "a device process runs" => DeviceProcesses().Count > 0,
        "the processes are written down" => File.Exists(Paths.DeviceProcesses),
        "a device is registered" => Logs().Any(l => l.Contains("Registered (session", StringComparison.Ordinal)),
        "a device loads its data" => Logs().Any(l => l.Contains(", steps 0 to", StringComparison.Ordinal)),
        "a checkpoint is written" => Directory.Exists(Paths.Jobs)
            && Directory.EnumerateFiles(Paths.Jobs, "*.safetensors", SearchOption.AllDirectories).Any(),
        _ => throw new ArgumentException($"'{moment}' is no moment of this test.", nameof(moment)),
    };

    private IEnumerable<string> Logs() => !Directory.Exists(Paths.Logs) ? []
        : Directory.EnumerateFiles(Paths.Logs).Where(l => Path.GetFileName(l) != "control.log").Select(Read);

    /// <summary>Processes started with a log in this test's folder, which is in their environment from their first moment on.</summary>
    private List<int> DeviceProcesses() =>
    [
        .. Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(n => char.IsAsciiDigit(n![0])).Select(n => int.Parse(n!))
            .Where(id => Read($"/proc/{id}/environ").Contains($"AUTOSELECT_LOG={Paths.Logs}", StringComparison.Ordinal)),
    ];

    private static string Read(string path)
    {
        try
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            return reader.ReadToEnd();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private Process Start()
    {
        var job = folder["job.yaml"];
        File.WriteAllText(job, $"""
            name: orphans
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
            epochs: 400
            policy: exhaustive
            checkpoints: {"{"} every: 1s {"}"}
            probe: {"{"} devices: 2 {"}"}
            """);
        return Process.Start(new ProcessStartInfo("dotnet", [Program, "run", job, "--store", folder.Path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["AUTOSELECT_DEVICE_GRACE"] = GraceSeconds },
        })!;
    }
}
