using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Host.Tests.Faults;
using AutoSelect.Jobs;
using AutoSelect.Storage;
using AutoSelect.Testing;
using AutoSelect.Testing.Postgres;
using AutoSelect.Testing.Processes;

namespace AutoSelect.Host.Tests.Cluster;

/// <summary>Real device processes with keys of their own, at silos over a real PostgreSQL.</summary>
public sealed class JoinTests(SharedPostgres shared) : IDisposable
{
    private static readonly DeviceId Device = new("node7-cpu-0");

    private readonly TemporaryFolder folder = new();
    private readonly List<IDisposable> started = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (var process in Enumerable.Reverse(started)) process.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_device_whose_silo_is_killed_trains_on_at_another_and_leaves_at_once_when_it_is_to_end()
    {
        var database = await (await shared.Server()).CreateDatabase();
        var (first, second) = (await Silo(database, "a"), await Silo(database, "b"));
        var machine = await Machine(first, second);
        Assert.Contains(Device.Value, machine.Joined);
        await using var jobs = await ServedJobs.Connect(database, folder.Path);
        var job = await jobs.Submit(FaultyJobs.Spec(epochs: 2000, examples: 8000, ("only", 20)));
        var before = await Until(jobs.Jobs, job, r => r.Trials[0].Curve.Length > 1);
        var segment = Assert.Single(before.Trials[0].Segments);
        Assert.Equal(Device, segment.Device);

        await first.Kill();
        await Until(jobs.Jobs, job, r => r.Trials[0].Curve.Length > before.Trials[0].Curve.Length + 2);
        Assert.Contains($"at {second.Address}, training t01", DeviceLog());

        using var api = await second.Api();
        Assert.Equal(Device, Assert.Single(await api.ListDevices(Ct)).Device.Id);
        Assert.Equal(0, await machine.Terminate());
        Assert.Empty(await api.ListDevices(Ct));
        var after = JobFold.FromEvents(await jobs.Jobs.Changes(job, 0))!.Trials[0];
        var drained = after.Segments[0];
        Assert.Equal((segment.LeaseToken, SegmentEnd.Interrupted, 0), (drained.LeaseToken, drained.End, after.Restarts));
        Assert.Equal(after.Checkpoint!.Step, drained.ToStep);
        // What the device is given between its last word and its leave comes to nothing, and is nobody's fault.
        Assert.All(after.Segments.Skip(1), s => Assert.Equal((s.FromStep, SegmentEnd.Interrupted), (s.ToStep, s.End)));
    }

    [Fact]
    public async Task Device_processes_of_root_run_as_the_account_that_is_named_and_get_no_rights_back()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.OtherExecute | UnixFileMode.GroupExecute);
        var device = BuiltFile.Of("AutoSelect.Device", "AutoSelect.Device.dll");
        if (OtherAccount.Hindrance(folder.Path, device, typeof(object).Assembly.Location) is { } why) Assert.Skip(why);
        var silo = await Silo(await (await shared.Server()).CreateDatabase(), "a");
        var machine = await MachineWith(["--account", "nobody", "--data", folder["data"]], silo);
        var process = Assert.Single(Directory.EnumerateDirectories("/proc"), IsOfDevice);
        var status = (await File.ReadAllLinesAsync(Path.Combine(process, "status"), Ct)).Select(l => l.Split(':', 2))
            .Where(l => l.Length == 2).ToDictionary(l => l[0], l => l[1].Trim());
        Assert.DoesNotContain("0", status["Uid"].Split('\t'));
        Assert.DoesNotContain("0", status["Gid"].Split('\t'));
        var none = new string('0', 16);
        Assert.Equal(("1", none, none), (status["NoNewPrivs"], status["CapEff"], status["CapBnd"]));
        // It registered with a key that it cannot read the file of, and ends in order.
        Assert.Contains(Device.Value, machine.Joined);
        Assert.Equal(0, await machine.Terminate());
    }

    [Fact]
    public async Task A_device_that_allows_other_places_refuses_a_workload_before_it_loads_it()
    {
        var database = await (await shared.Server()).CreateDatabase();
        await MachineWith(["--allow", folder["machine"]], await Silo(database, "a"));
        await using var jobs = await ServedJobs.Connect(database, folder.Path);
        var job = await jobs.Submit(FaultyJobs.Spec(epochs: 5, examples: 800, ("only", 20)));
        var ended = await Until(jobs.Jobs, job, r => r.HasEnded);
        Assert.Equal(JobPhase.Failed, ended.Phase);
        var trial = Assert.Single(ended.Trials);
        Assert.Contains($"This device refuses the workload: workload.assembly is '{BuiltFile.FaultyWorkloads}'", trial.Reason);
        Assert.Empty(trial.Curve);
    }

    private bool IsOfDevice(string process)
    {
        try
        {
            var arguments = File.ReadAllText(Path.Combine(process, "cmdline"));
            return arguments.Contains(Device.Value, StringComparison.Ordinal) && arguments.Contains(folder.Path, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private string DeviceLog()
    {
        var path = Path.Combine(new ControlPaths(Path.Combine(folder["machine"], "joined", "node7")).Logs, $"{Device}.log");
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }

    private async Task<SiloProcess> Silo(string database, string name)
    {
        var silo = await SiloProcess.Start(database, folder[name], folder.Path);
        started.Add(silo);
        return silo;
    }

    private Task<JoinedMachine> Machine(params SiloProcess[] silos) => MachineWith([], silos);

    private async Task<JoinedMachine> MachineWith(string[] more, params SiloProcess[] silos)
    {
        using var api = await silos[0].Api();
        var created = await api.CreateKey(new NewKey { Name = "node7", Role = KeyRole.Device }, Ct);
        await File.WriteAllTextAsync(folder["key"], created.Key, Ct);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(folder["key"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var machine = await JoinedMachine.Start(
        [
            .. silos.SelectMany(s => new[] { "--join", s.Address.ToString() }), "--token-file", folder["key"],
            "--kind", "cpu", "--devices", "1", "--name", "node7", "--store", folder["machine"], .. more,
        ]);
        started.Add(machine);
        return machine;
    }

    /// <summary>The first record that fulfils a condition; the deadline only bounds a failing test.</summary>
    private static async Task<JobRecord> Until(IJobStore jobs, JobId job, Func<JobRecord, bool> condition)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromMinutes(3));
        var version = 0L;
        while (true)
        {
            var record = JobFold.FromEvents(await jobs.Changes(job, 0))!;
            if (condition(record)) return record;
            Assert.False(record.HasEnded, $"The job ended before that: {record.Outcome?.Summary}");
            version = record.Version;
            await jobs.WaitForChanges(job, version, patience.Token);
        }
    }
}
