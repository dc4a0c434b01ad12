using System.Collections.Concurrent;
using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>What a place that does not answer costs.</summary>
public sealed class JobSweepsTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<(JobId Job, long Version)> swept = new();
    private readonly SemaphoreSlim begun = new(0);
    private readonly TaskCompletionSource answers = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly JobSweeps sweeps;

    public JobSweepsTests() => sweeps = new JobSweeps(Sweep, most: 2);

    public void Dispose()
    {
        sweeps.Dispose();
        begun.Dispose();
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_is_swept_once_at_a_time_and_once_more_by_its_newest_record()
    {
        var first = sweeps.Sweep(Record("a", 1));
        await Begins();
        var later = Enumerable.Range(2, 8).Select(version => sweeps.Sweep(Record("a", version))).ToList();
        later.Add(sweeps.Sweep(Record("a", 5)));
        Assert.Single(swept);
        _ = Assert.Single(sweeps.Running);
        answers.SetResult();
        await Task.WhenAll([first, .. later]).WaitAsync(Patience, Ct);
        Assert.Equal([1L, 9L], swept.Select(s => s.Version));
        Assert.Empty(sweeps.Running);
        await sweeps.Sweep(Record("a", 10)).WaitAsync(Patience, Ct);
        Assert.Equal(3, swept.Count);
    }

    [Fact]
    public async Task Of_many_jobs_a_few_are_swept_at_a_time_and_all_in_the_end()
    {
        var all = Enumerable.Range(0, 20).Select(i => sweeps.Sweep(Record($"job{i}", 1))).ToList();
        await Begins();
        await Begins();
        Assert.Equal((2, 20), (swept.Count, sweeps.Running.Length));
        answers.SetResult();
        await Task.WhenAll(all).WaitAsync(Patience, Ct);
        Assert.Equal(20, swept.Select(s => s.Job).Distinct().Count());
    }

    private async Task Sweep(JobRecord record)
    {
        swept.Enqueue((record.Id, record.Version));
        begun.Release();
        await answers.Task;
    }

    private Task Begins() => begun.WaitAsync(Ct).WaitAsync(Patience, Ct);

    private static JobRecord Record(string name, long version)
    {
        var submitted = new JobSubmitted(ControlCluster.IdOf(name), SimulatedJobs.BestAtHorizon("good", "bad"), "/nowhere");
        return JobFold.Apply(null, new JobEvent(1, DateTimeOffset.UnixEpoch, 0, submitted)) with { Version = version };
    }
}
