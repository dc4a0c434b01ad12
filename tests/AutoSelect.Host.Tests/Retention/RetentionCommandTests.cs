using AutoSelect.Host.Commands;
using AutoSelect.Host.Control;
using AutoSelect.Storage;

namespace AutoSelect.Host.Tests.Retention;

/// <summary>The command over a real store with real files.</summary>
public sealed class RetentionCommandTests
{
    private const string All = "events checkpoints final.safetensors report.html";

    [Fact]
    public async Task A_dry_run_says_what_the_next_run_does_and_does_nothing()
    {
        using var run = new CommandRun();
        var paths = new ControlPaths(run.Folder.Path);
        await using var store = SqliteStore.Open(paths.Database);
        var kept = new KeptJobs(store.Jobs, paths);
        var old = await kept.Add(SampleJob.Completed, days: 40);
        var older = await kept.Add(SampleJob.Failed, days: 400);
        var young = await kept.Add(SampleJob.Completed, days: 1);
        var policy = Policy(run, "checkpoints: { olderThan: 30d }\njobs: { olderThan: 365d }");

        Assert.Equal(0, await run.Run("retention", policy, "--dry-run", "--store", run.Folder.Path));
        Assert.Contains($"jobs of {older}", run.Output);
        Assert.Contains($"checkpoints of {old}, 3 kB: 40.0 days old, and kept for 30", run.Output);
        Assert.Contains("2 would be removed", run.Output);
        Assert.DoesNotContain(young.Value, run.Output);
        foreach (var job in (Contracts.JobId[])[old, older, young]) Assert.Equal(All, await kept.Left(job));

        Assert.Equal(0, await run.Run("retention", policy, "--store", run.Folder.Path));
        Assert.Contains("2 removed", run.Output);
        Assert.Equal("events final.safetensors report.html", await kept.Left(old));
        Assert.Equal("", await kept.Left(older));
        Assert.Equal(All, await kept.Left(young));
    }

    [Fact]
    public async Task Jobs_that_have_not_ended_and_what_they_read_stay()
    {
        using var run = new CommandRun();
        var paths = new ControlPaths(run.Folder.Path);
        await using var store = SqliteStore.Open(paths.Database);
        var kept = new KeptJobs(store.Jobs, paths);
        var read = await kept.Add(SampleJob.Completed, days: 900);
        var other = await kept.Add(SampleJob.Completed, days: 900);
        var weights = Path.Combine(kept.Folder(read), "final.safetensors");
        var paused = await kept.Add(SampleJob.Paused, days: 900, spec => spec with
        {
            Workload = spec.Workload with { Options = spec.Workload.Options.SetItem("data", weights) },
        });
        var running = await kept.Add(SampleJob.Probed, days: 900);
        var policy = Policy(run, "jobs: { olderThan: 1d, moreThan: 1B }\ncheckpoints: { moreThan: 1B }\nweights: { olderThan: 1d }");

        Assert.Equal(0, await run.Run("retention", policy, "--store", run.Folder.Path));
        Assert.Equal("", await kept.Left(other));
        foreach (var job in (Contracts.JobId[])[read, paused, running]) Assert.Equal(All, await kept.Left(job));
        Assert.Contains($"jobs of {read} stay: 900.0 days old, and kept for 1, but job {paused} reads it", run.Output);
    }

    [Fact]
    public async Task Logs_that_nobody_has_written_for_long_go()
    {
        using var run = new CommandRun();
        var paths = new ControlPaths(run.Folder.Path);
        await SqliteStore.Open(paths.Database).DisposeAsync();
        Directory.CreateDirectory(paths.Logs);
        foreach (var (name, days) in ((string, double)[])[("cpu0.log", 20), ("cpu1.log", 1), ("notes.txt", 20)])
        {
            var path = Path.Combine(paths.Logs, name);
            File.WriteAllText(path, "a line\n");
            File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().AddDays(-days).UtcDateTime);
        }
        Assert.Equal(0, await run.Run("retention", Policy(run, "logs: { olderThan: 14d }"), "--store", run.Folder.Path));
        var left = Directory.EnumerateFiles(paths.Logs).Select(Path.GetFileName);
        Assert.Equal(["cpu1.log", "notes.txt"], left.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_store_that_a_process_has_open_is_left_to_it()
    {
        using var run = new CommandRun();
        var paths = new ControlPaths(run.Folder.Path);
        await SqliteStore.Open(paths.Database).DisposeAsync();
        var policy = Policy(run, "jobs: { olderThan: 1d }");
        using var locked = new StoreLock(paths);
        Assert.Equal(ExitCodes.Environment, await run.Run("retention", policy, "--store", run.Folder.Path));
        Assert.Contains("in use by another", run.Error);
        Assert.Equal(0, await run.Run("retention", policy, "--dry-run", "--store", run.Folder.Path));
    }

    [Fact]
    public async Task A_file_that_breaks_a_rule_is_refused_with_its_name()
    {
        using var run = new CommandRun();
        var policy = Policy(run, "jobs: { olderThan: soon }");
        Assert.Equal(ExitCodes.BadInput, await run.Run("retention", policy, "--store", run.Folder.Path));
        Assert.Contains($"{policy}: jobs.olderThan is 'soon'", run.Error);
        Assert.Equal(ExitCodes.BadInput, await run.Run("serve", "--database", "Host=127.0.0.1;Port=1", "--retention", policy));
        Assert.Equal(ExitCodes.BadInput, await run.Run("retention", run.Folder["none.yaml"], "--store", run.Folder.Path));
    }

    private static string Policy(CommandRun run, string text)
    {
        var path = Path.Combine(run.Folder.Path, "retention.yaml");
        File.WriteAllText(path, text);
        return path;
    }
}
