using AutoSelect.Host.Control;
using AutoSelect.Storage;
using AutoSelect.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoSelect.Host.Tests.Retention;

/// <summary>What is left of jobs that were removed while their files could not be.</summary>
public sealed class JobRemovalTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Files_that_could_not_be_removed_with_their_job_are_removed_later()
    {
        var paths = new ControlPaths(folder.Path);
        await using var store = SqliteStore.Open(paths.Database);
        var kept = new KeptJobs(store.Jobs, paths);
        var (job, other) = (await kept.Add(SampleJob.Completed, days: 1), await kept.Add(SampleJob.Completed, days: 1));
        var removal = new JobRemoval(store.Jobs, paths, NullLogger.Instance);
        // A folder that another file system is mounted on cannot be removed.
        using (var disk = SmallDisk.Mount(Path.Combine(kept.Folder(job), "checkpoints"), megabytes: 1))
        {
            if (disk is null) Assert.Skip("a small file system cannot be mounted here (needs root and tmpfs)");
            await Assert.ThrowsAnyAsync<IOException>(() => removal.Remove(job));
            Assert.Null(await store.Jobs.Find(job));
            // It does no harm to the others, and is tried again.
            await removal.Finish(Ct);
            Assert.True(Directory.Exists(kept.Folder(job)));
        }
        await removal.Finish(Ct);
        Assert.Equal("", await kept.Left(job));
        Assert.Empty(Directory.EnumerateFiles(paths.Removed));
        Assert.NotEqual("", await kept.Left(other));
    }

    [Fact]
    public async Task What_is_noted_of_a_job_that_is_there_and_what_nobody_has_removed_stays()
    {
        var paths = new ControlPaths(folder.Path);
        await using var store = SqliteStore.Open(paths.Database);
        var kept = new KeptJobs(store.Jobs, paths);
        var job = await kept.Add(SampleJob.Completed, days: 1);
        var before = await kept.Left(job);
        Directory.CreateDirectory(paths.Removed);
        await File.WriteAllTextAsync(Path.Combine(paths.Removed, job.Value), "", Ct);
        // As after a silo was begun on another database.
        var unknown = Directory.CreateDirectory(Path.Combine(paths.Jobs, "unknown-1")).FullName;
        await new JobRemoval(store.Jobs, paths, NullLogger.Instance).Finish(Ct);
        Assert.Equal(before, await kept.Left(job));
        Assert.True(Directory.Exists(unknown));
    }

    [Fact]
    public async Task A_removal_that_cannot_be_noted_removes_nothing()
    {
        var paths = new ControlPaths(folder.Path);
        await using var store = SqliteStore.Open(paths.Database);
        var kept = new KeptJobs(store.Jobs, paths);
        var job = await kept.Add(SampleJob.Completed, days: 1);
        var before = await kept.Left(job);
        await File.WriteAllTextAsync(paths.Removed, "in the way", Ct);
        await Assert.ThrowsAnyAsync<IOException>(() => new JobRemoval(store.Jobs, paths, NullLogger.Instance).Remove(job));
        Assert.Equal(before, await kept.Left(job));
    }
}
