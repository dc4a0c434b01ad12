using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>Jobs whose objective and candidates change while they run, over real grains and a real store.</summary>
public sealed class ExtensionTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static JobSpec Insured(double target, params string[] candidates) =>
        SimulatedJobs.FastestTo(target, candidates) with { Policy = "insured", Probe = new ProbeBudget { Price = 0 } };

    [Fact]
    public async Task A_stricter_target_is_trained_for_and_every_decision_can_be_computed_again()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var hold = new Hold();
        cluster.AddDevice("d0", FaultJobs.Training(), hold.Before);
        await cluster.Submit("job", Insured(.5, "good", "bad"));
        // A device that has its work already stops at the target of before, and is sent on.
        Assert.Equal(.5, (await hold.Reached).StopAtValue);
        await cluster.Request("job", JobRequest.Extend(.85, null, "it is easy"));
        hold.Release();
        var record = await cluster.UntilEnded("job");
        Assert.Equal((.85, true, "good"), (record.Spec.Objective.Target, record.Outcome!.ObjectiveMet, FaultJobs.WinnerOf(record)));
        Assert.True(record.Of("good").Curve[^1].Value >= .85);
        Assert.Equal(.5, ((JobSubmitted)(await cluster.Events("job"))[0].Change).Spec.Objective.Target);
    }

    [Fact]
    public async Task A_target_that_is_reached_already_ends_the_job()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var hold = new Hold(a => a.From is not null);
        cluster.AddDevice("d0", FaultJobs.Training(), hold.Before);
        await cluster.Submit("job", SimulatedJobs.FastestTo(2, "good", "fair"));
        await hold.Reached;
        var value = (await cluster.Record("job")).Trials.SelectMany(t => t.Curve).Max(p => p.Value);
        await cluster.Request("job", JobRequest.Extend(value, null));
        hold.Release();
        var record = await cluster.UntilEnded("job");
        Assert.True(record.Outcome!.ObjectiveMet, record.Outcome.Summary);
    }

    [Theory]
    [InlineData("insured")]
    [InlineData("exhaustive")]
    public async Task A_candidate_that_joins_races_and_may_win(string policy)
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var hold = new Hold();
        foreach (var device in (string[])["d0", "d1"]) cluster.AddDevice(device, FaultJobs.Training(), hold.Before);
        var spec = SimulatedJobs.BestAtHorizon("bad", "fair");
        await cluster.Submit("job", spec with
        {
            Policy = policy,
            Objective = spec.Objective with { Kind = ObjectiveKind.BestBy, SecondsPerUnit = null, DeadlineSeconds = 1e6 },
            Probe = new ProbeBudget { Price = 0 },
        });
        await hold.Reached;
        await cluster.Request("job", JobRequest.Add(new CandidateAddition { Candidates = [SimulatedJobs.Candidate("good")] }));
        hold.Release();
        var record = await cluster.UntilEnded("job");
        Assert.Equal(("good", TrialId.At(2)), (FaultJobs.WinnerOf(record), record.Of("good").Id));
        var late = await Assert.ThrowsAsync<InvalidOperationException>(
            () => cluster.Request("job", JobRequest.Add(new CandidateAddition { Candidates = [SimulatedJobs.Candidate("late")] })));
        Assert.Contains("has ended", late.Message);
    }
}
