using System.Collections.Immutable;
using System.Diagnostics;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Host.Tests.Faults;

/// <summary>Device processes that end at their start again and again; the processes are real, the time between them is not.</summary>
public sealed class DeviceFleetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider time = new();
    private readonly List<string[]> launches = [];

    public void Dispose() => folder.Dispose();

    private static readonly ImmutableArray<string> Options = ["--server-file", "/store/api.json", "--data", "/data"];

    private DeviceProcesses Processes => new(folder["devices.json"]);

    private static DeviceDescription Device(int index) =>
        new() { Id = new DeviceId($"cpu-{index}"), Kind = DeviceKind.Cpu, Index = index, Model = "any", Host = "here" };

    /// <summary>A process that has run a shell script by the time this returns.</summary>
    private Process Run(string script, string log, string[] arguments)
    {
        launches.Add(arguments);
        var start = new ProcessStartInfo("/bin/sh", ["-c", script, "sh", .. arguments]) { Environment = { ["LOG"] = log } };
        var process = Process.Start(start)!;
        process.WaitForExit();
        return process;
    }

    private DeviceSlot Slot(string script) => new(
        Device(0), folder.Path, folder.Path, (log, arguments) => Run(script, log, arguments), time);

    /// <summary>The fake seconds until the slot is to be started again.</summary>
    private double WaitForNext(DeviceSlot slot)
    {
        Assert.NotNull(slot.Check());
        var began = time.GetUtcNow();
        while (!slot.IsDue) time.Advance(TimeSpan.FromSeconds(.1));
        return Math.Round((time.GetUtcNow() - began).TotalSeconds, 1);
    }

    [Fact]
    public void Starts_that_come_to_nothing_wait_ever_longer_and_people_are_told_from_the_third()
    {
        using var slot = Slot("echo first >> $LOG; echo the library is missing >> $LOG; exit 3");
        List<double> waits = [];
        List<bool> told = [];
        for (var i = 0; i < 10; i++)
        {
            slot.Start();
            waits.Add(WaitForNext(slot));
            told.Add(slot.Fault is not null);
        }

        Assert.Equal([.2, .4, .8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30], waits);
        Assert.Equal([false, false, .. Enumerable.Repeat(true, 8)], told);
        var fault = slot.Fault!;
        Assert.Equal((new DeviceId("cpu-0"), (int?)3, 10), (fault.Device, fault.ExitCode, fault.Failures));
        // Of the last process alone.
        Assert.Equal($"first{Environment.NewLine}the library is missing", fault.LastLines);
        Assert.Contains("ended at its start 10 times in a row (exit code 3)", fault.Message);
    }

    [Fact]
    public void A_process_that_was_registered_before_it_ended_is_started_anew_without_delay()
    {
        // The last argument is the file that a device makes when it is registered.
        using var slot = Slot("for file; do :; done; : > \"$file\"; kill -ABRT $$");
        for (var i = 0; i < 6; i++)
        {
            slot.Start();
            Assert.Equal(.2, WaitForNext(slot));
        }

        Assert.Equal((0, null), (slot.Failures, slot.Fault));
    }

    [Fact]
    public void A_process_that_lived_for_long_begins_the_count_anew()
    {
        using var failing = Slot("exit 1");
        for (var i = 0; i < 4; i++)
        {
            failing.Start();
            WaitForNext(failing);
        }
        failing.Start();
        time.Advance(RestartPace.Proven);

        Assert.Equal(.2, WaitForNext(failing));
        Assert.Equal(0, failing.Failures);
    }

    [Fact]
    public void A_process_that_cannot_be_started_is_a_failure_too()
    {
        using var slot = new DeviceSlot(Device(0), folder.Path, folder.Path, (_, _) => Process.Start(folder["nothing"]), time);
        for (var i = 0; i < 3; i++) slot.TryStart();

        Assert.Equal((null, 3), (slot.Fault!.ExitCode, slot.Fault.Failures));
        Assert.Contains("could not be started", slot.Fault.Message);
    }

    [Fact]
    public async Task A_fleet_of_which_no_device_comes_up_says_so_with_the_reason()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(5));
        var told = 0;
        await using var fleet = new DeviceFleet(folder.Path, Processes, Options, time, NullLogger<DeviceFleet>.Instance)
        {
            Launcher = (log, arguments) => Run("echo no libtorch >> $LOG; exit 134", log, arguments),
        };
        fleet.FaultsChanged += now => told = Math.Max(told, now.Count);
        fleet.Start([Device(0), Device(1)]);

        while (!fleet.Hopeless.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(.2));
            await Task.Delay(1, patience.Token);
        }

        Assert.Equal((2, 2), (told, fleet.Faults.Count));
        var reason = (await fleet.Hopeless).Message;
        Assert.StartsWith("No device comes up. The process of device cpu-0 ended at its start ", reason, StringComparison.Ordinal);
        Assert.Contains("exit code 134", reason);
        Assert.Contains("no libtorch", reason);
        Assert.All(launches, l => Assert.Equal($"{Environment.ProcessId}", l[Array.IndexOf(l, "--parent") + 1]));
    }

    [Fact]
    public async Task Devices_are_started_anew_whatever_else_is_wrong()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(5));
        // Ids cannot be written down, and whoever wants to be told of faults fails.
        Directory.CreateDirectory(folder["devices.json.new"]);
        await using var fleet = new DeviceFleet(folder.Path, Processes, Options, time, NullLogger<DeviceFleet>.Instance)
        {
            Launcher = (log, arguments) => Run("exit 1", log, arguments),
        };
        fleet.FaultsChanged += _ => throw new InvalidOperationException("nobody listens");
        fleet.Start([Device(0)]);
        while (launches.Count < 6)
        {
            time.Advance(TimeSpan.FromSeconds(.2));
            await Task.Delay(1, patience.Token);
        }
        await fleet.End();
    }

    [Fact]
    public async Task One_device_that_comes_up_is_hope()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(5));
        await using var fleet = new DeviceFleet(folder.Path, Processes, Options, time, NullLogger<DeviceFleet>.Instance)
        {
            Launcher = (log, arguments) => arguments.Contains("cpu-0") ? Process.Start("sleep", "100") : Run("exit 1", log, arguments),
        };
        fleet.Start([Device(0), Device(1)]);

        while (fleet.Faults is not [{ Failures: >= DeviceFleet.FailuresToGiveUp + 1 }])
        {
            time.Advance(TimeSpan.FromSeconds(.2));
            await Task.Delay(1, patience.Token);
        }

        Assert.False(fleet.Hopeless.IsCompleted);
    }

    [Fact]
    public void A_process_of_another_store_or_server_that_took_an_id_is_not_taken_over()
    {
        string[] arguments =
            ["-c", "read line", "AutoSelect.Device.dll", "serve", "--server", "https://a", "--server", "https://b", "--device", "cpu-0"];
        using var other = Process.Start(new ProcessStartInfo("/bin/sh", arguments) { RedirectStandardInput = true })!;
        UntilItRuns(other);
        Assert.True(DeviceExecutable.IsDeviceProcess(other.Id));
        Assert.True(DeviceExecutable.IsDeviceProcess(other.Id, "--device", "cpu-0", "--server", "https://a", "--server", "https://b"));
        Assert.False(DeviceExecutable.IsDeviceProcess(other.Id, "--device", "cpu-0", "--server", "https://c"));
        Assert.False(DeviceExecutable.IsDeviceProcess(other.Id, "--device", "cpu-1"));
        other.Kill();
    }

    [Fact]
    public async Task Processes_that_an_earlier_one_has_left_are_taken_over_where_they_are_the_same()
    {
        Process Sleep(string log, string[] given)
        {
            launches.Add(given);
            return Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "read line", "AutoSelect.Device.dll", .. given])
            {
                RedirectStandardInput = true,
            })!;
        }
        using var running = Sleep("", ["serve", .. Options, "--device", "cpu-0"]);
        UntilItRuns(running);
        Processes.Write([(Device(0).Id, running.Id), (Device(1).Id, Environment.ProcessId)]);

        var logger = NullLogger<DeviceFleet>.Instance;
        await using (var fleet = new DeviceFleet(folder.Path, Processes, Options, time, logger) { Launcher = Sleep })
        {
            fleet.Start([Device(0), Device(1)]);
            Assert.False(running.HasExited);
            Assert.Equal("cpu-1", launches[^1][Array.IndexOf(launches[^1], "--device") + 1]);
            Assert.Equal((2, (int?)running.Id), (launches.Count, Processes.Find(Device(0).Id)));
        }
        await running.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Null(Processes.Find(Device(0).Id));
    }

    [Fact]
    public async Task A_fleet_that_ends_in_order_asks_each_process_and_waits_for_it()
    {
        // Makes the file of its last argument, and says when it is asked to end.
        const string script = """
            trap 'echo asked >> $LOG; exit 0' TERM
            for f; do :; done
            : > "$f"
            while :; do sleep .05; done
            """;
        await using var fleet = new DeviceFleet(folder.Path, Processes, Options, TimeProvider.System, NullLogger<DeviceFleet>.Instance)
        {
            Launcher = (log, arguments) => Process.Start(
                new ProcessStartInfo("/bin/sh", ["-c", script, "sh", .. arguments]) { Environment = { ["LOG"] = log } })!,
        };
        fleet.Start([Device(0), Device(1)]);
        await fleet.Up.WaitAsync(TimeSpan.FromMinutes(3), TestContext.Current.CancellationToken);

        await fleet.End();

        Assert.All((int[])[0, 1], i => Assert.Equal("asked\n", File.ReadAllText(folder[$"cpu-{i}.log"])));
    }

    /// <summary>A process that was just started has no arguments yet for a moment.</summary>
    private static void UntilItRuns(Process process) =>
        Assert.True(SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{process.Id}/cmdline").Length > 0, TimeSpan.FromMinutes(2)));
}
