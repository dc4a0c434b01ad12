using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>Jobs of one name, and submissions that are repeated.</summary>
public sealed class SubmissionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Two_of_one_name_at_once_are_two_jobs_and_one_key_is_one_job()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        cluster.AddDevice("d0", FaultJobs.Training());
        var spec = SimulatedJobs.BestAtHorizon("good");

        var different = await Task.WhenAll(cluster.Submit("job", spec), cluster.Submit("job", spec));
        var same = await Task.WhenAll(cluster.Submit("same", spec, "key"), cluster.Submit("same", spec, "key"));

        Assert.Equal(["job-1", "job-2"], different.Select(j => j.Value).Order());
        Assert.Equal(["same-1", "same-1"], same.Select(j => j.Value));
        Assert.Equal("same-1", (await cluster.Submit("other", spec, "key")).Value);
        Assert.Equal(JobPhase.Completed, (await cluster.UntilEnded("job")).Phase);
        Assert.Equal(JobPhase.Completed, (await cluster.UntilEnded("same")).Phase);
        await ControlCluster.UntilTrue(() => cluster.Jobs.Find(new JobId("job-2")).Result!.Phase == JobPhase.Completed,
            "ended the second of the name");
        Assert.Equal(3, (await cluster.Jobs.List(new Storage.JobQuery())).Jobs.Count);
    }
}
