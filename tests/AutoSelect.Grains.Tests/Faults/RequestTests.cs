using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>What people ask of jobs, at any moment.</summary>
public sealed class RequestTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(JobPhase.Probing)]
    [InlineData(JobPhase.Paused)]
    [InlineData(JobPhase.Exporting)]
    public async Task A_job_is_cancelled_whatever_it_does(JobPhase phase)
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var hold = new Hold(a => phase != JobPhase.Exporting || a.ExportTo is not null);
        cluster.AddDevice("d0", FaultJobs.Training(), hold.Before);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));
        await hold.Reached;
        if (phase == JobPhase.Paused)
        {
            await cluster.Request("job", JobRequest.Pause());
            hold.Release();
            await cluster.Until("job", r => r.Phase == JobPhase.Paused, "paused");
        }

        await cluster.Request("job", JobRequest.Cancel("enough"));
        hold.Release();
        var record = await cluster.UntilEnded("job");
        Assert.Equal((JobPhase.Cancelled, "cancelled: enough"), (record.Phase, record.Outcome!.Summary));
        Assert.IsType<JobEnded>((await cluster.Events("job"))[^1].Change);
        await ControlCluster.UntilTrue(() => cluster.Leases.HeldBy(record.Id).Result.Leases.IsEmpty, "gave its device back");
        Assert.Empty(await cluster.Leases.Demands());
    }

    [Fact]
    public async Task A_running_candidate_is_stopped()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var hold = new Hold(a => a.Candidate.Name == "good");
        cluster.AddDevice("d0", FaultJobs.Training(), hold.Before);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));
        var held = await hold.Reached;

        await cluster.Request("job", JobRequest.StopTrial(held.Trial, "too dear"));
        hold.Release();
        var record = await cluster.UntilEnded("job");
        Assert.Equal((TrialState.Stopped, "too dear"), (record.Of("good").State, record.Of("good").Reason));
        Assert.Equal("bad", FaultJobs.WinnerOf(record));
    }

    [Fact]
    public async Task A_job_whose_chosen_candidate_is_stopped_falls_back()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var hold = new Hold();
        cluster.AddDevice("d0", FaultJobs.Training(), hold.Before);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "fair", "bad"));
        var chosen = (await hold.Reached).Trial;
        await cluster.Request("job", JobRequest.CommitTo(chosen));
        Assert.Equal(chosen, (await cluster.Record("job")).Commit?.Winner);

        await cluster.Request("job", JobRequest.StopTrial(chosen));
        hold.Release();
        var record = await cluster.UntilEnded("job");
        Assert.Equal((JobPhase.Completed, TrialState.Stopped), (record.Phase, record[chosen].State));
        Assert.NotEqual(chosen, record.Outcome!.Winner);
        Assert.True(record.Commits[^1].IsFallback);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_commit_that_is_asked_for_stands_against_the_policys(bool isPaused)
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var hold = new Hold();
        cluster.AddDevice("d0", FaultJobs.Training(), hold.Before);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "fair"));
        await hold.Reached;
        if (isPaused)
        {
            await cluster.Request("job", JobRequest.Pause());
            hold.Release();
            await cluster.Until("job", r => r.Phase == JobPhase.Paused, "paused");
        }

        var fair = (await cluster.Record("job")).Of("fair").Id;
        await cluster.Request("job", JobRequest.CommitTo(fair, "I know it"));
        var asked = await cluster.Record("job");
        Assert.Equal((fair, "I know it"), (asked.Commit!.Winner, asked.Commit.Reason));
        Assert.Equal(isPaused ? JobPhase.Paused : JobPhase.Committed, asked.Phase);
        hold.Release();
        if (isPaused) await cluster.Request("job", JobRequest.Resume());

        var record = await cluster.UntilEnded("job");
        Assert.Equal(("fair", 1000), (FaultJobs.WinnerOf(record), record.Of("fair").Curve[^1].Step));
        Assert.Null(record.PausedAt);
    }

    /// <summary>Every call has an activation of a job at rest give itself up, and all that wait for it go to the next one.</summary>
    [Fact]
    public async Task What_is_asked_of_a_job_at_rest_is_answered_however_many_ask_at_once()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        cluster.AddDevice("d0", FaultJobs.Training());
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good"));
        var ended = await cluster.UntilEnded("job");

        var calls = Enumerable.Range(0, 20).Select(_ => cluster.Job("job").Wake()).ToList();
        await Assert.ThrowsAsync<InvalidOperationException>(() => cluster.Request("job", JobRequest.Pause()));
        await Task.WhenAll(calls);
        Assert.Equal(ended.Version, (await cluster.Record("job")).Version);
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_the_reason()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        await Assert.ThrowsAsync<KeyNotFoundException>(() => cluster.Request("job", JobRequest.Pause()));
        cluster.AddDevice("d0", FaultJobs.Training());
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));
        var unknown = await Assert.ThrowsAnyAsync<Exception>(() => cluster.Request("job", JobRequest.StopTrial(TrialId.At(7))));
        Assert.True(unknown is KeyNotFoundException or InvalidOperationException, unknown.ToString());

        var record = await cluster.UntilEnded("job");
        foreach (var request in (JobRequest[])[JobRequest.Pause(), JobRequest.Resume(), JobRequest.Cancel(),
            JobRequest.StopTrial(TrialId.At(0)), JobRequest.CommitTo(TrialId.At(0))])
        {
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => cluster.Request("job", request));
            Assert.Contains(record.Outcome!.Summary, refused.Message, StringComparison.Ordinal);
        }
        Assert.Equal(record.Version, (await cluster.Record("job")).Version);
    }
}
