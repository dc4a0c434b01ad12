using AutoSelect.Contracts;
using AutoSelect.Jobs.Decisions;
using AutoSelect.Jobs.Machine;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Policies;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>Policies that throw, and what happens while one computes.</summary>
public sealed class PolicyFaultTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ShiftedTime time = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task One_that_throws_each_time_fails_the_job_after_a_few_attempts_with_back_off()
    {
        var policy = new FaultyPolicy(PolicyCatalogue.Get("successive-halving"))
        {
            Before = (_, _) => throw new InvalidOperationException("no luck"),
        };
        var clock = new VirtualTime();
        await using var cluster = await ControlCluster.Start(folder.Path, clock, policies: _ => policy);
        cluster.AddDevice("d0", FaultJobs.Training());
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));
        for (var attempt = 1; attempt <= JobMachine.MostDecisionFaults; attempt++)
        {
            await cluster.Until("job", r => r.DecisionFault?.Attempt == attempt || r.HasEnded, $"failed to decide {attempt} times");
            clock.Now += 60;
        }

        var record = await cluster.UntilEnded("job");
        Assert.Equal((JobPhase.Failed, JobMachine.MostDecisionFaults), (record.Phase, policy.Calls));
        Assert.Contains("no luck", record.Outcome!.Summary, StringComparison.Ordinal);
        var faults = (await cluster.Events("job")).Where(e => e.Change is DecisionFailed)
            .Select(e => (e.At, Fault: (DecisionFailed)e.Change)).ToList();
        Assert.Equal([1, 2, 3, 4], faults.Select(f => f.Fault.Attempt));
        Assert.Equal([1, 2, 4, 8], faults.Select(f => Math.Round(f.Fault.RetryAt - f.At)));
    }

    [Fact]
    public async Task One_that_throws_once_is_asked_again()
    {
        var policy = new FaultyPolicy(PolicyCatalogue.Get("successive-halving"))
        {
            Before = (_, call) =>
            {
                if (call == 2) throw new InvalidOperationException("no luck");
            },
        };
        await using var cluster = await ControlCluster.Start(folder.Path, time, policies: _ => policy);
        cluster.AddDevice("d0", FaultJobs.Training());
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));
        await cluster.Until("job", r => r.DecisionFault is not null, "failed to decide");
        time.Advance(TimeSpan.FromMinutes(1));

        policy.Before = (_, _) => { };
        var record = await cluster.UntilEnded("job");
        Assert.Equal((JobPhase.Completed, "good", null), (record.Phase, FaultJobs.WinnerOf(record), record.DecisionFault));
        Assert.Single(await cluster.Events("job"), e => e.Change is DecisionFailed);
    }

    [Fact]
    public async Task What_comes_while_it_computes_leaves_the_decision_standing_and_is_decided_on_next()
    {
        using var mayDecide = new ManualResetEventSlim();
        var (policy, computing) = Gated("asha-promote", call: 2, mayDecide);
        await using var cluster = await ControlCluster.Start(folder.Path, policies: _ => policy);
        var hold = new Hold(a => a.Candidate.Name == "good");
        cluster.AddDevice("d0", FaultJobs.Training(), hold.Before);
        cluster.AddDevice("d1", FaultJobs.Training(), hold.Before);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad") with { Policy = "asha-promote" });
        await hold.Reached;
        await computing;

        hold.Release();
        var ended = await cluster.Until("job", r => r.Of("good").Segments is [{ EndedAt: not null }], "ended its segment");
        mayDecide.Set();

        var record = await cluster.UntilEnded("job");
        Assert.True(record.Rungs[1].Basis!.Event < ended.Version, "the decision that was computed meanwhile is gone");
        Assert.Equal(("good", 1000), (FaultJobs.WinnerOf(record), record.Of("good").Curve[^1].Step));
    }

    [Fact]
    public async Task A_cancelled_job_takes_no_decision_that_was_computed_meanwhile()
    {
        using var mayDecide = new ManualResetEventSlim();
        var (policy, computing) = Gated("successive-halving", call: 2, mayDecide);
        await using var cluster = await ControlCluster.Start(folder.Path, policies: _ => policy);
        cluster.AddDevice("d0", FaultJobs.Training());
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));
        await computing;

        await cluster.Request("job", JobRequest.Cancel());
        mayDecide.Set();
        var record = await cluster.UntilEnded("job");
        await ControlCluster.UntilTrue(() => cluster.Leases.HeldBy(record.Id).Result.Leases.IsEmpty, "gave its device back");
        Assert.Equal((JobPhase.Cancelled, 1), (record.Phase, (await cluster.Record("job")).Rungs.Length));
        Assert.Equal(record.Version, (await cluster.Record("job")).Version);
    }

    [Fact]
    public async Task A_lost_device_voids_the_decision_that_is_computed()
    {
        using var mayDecide = new ManualResetEventSlim();
        var (policy, computing) = Gated("asha-promote", call: 2, mayDecide);
        await using var cluster = await ControlCluster.Start(folder.Path, policies: _ => policy);
        var hold = new Hold(a => a.Candidate.Name == "good");
        SimulatedDevice[] devices =
        [
            cluster.AddDevice("d0", FaultJobs.Training(), hold.Before),
            cluster.AddDevice("d1", FaultJobs.Training(), hold.Before),
        ];
        foreach (var device in devices) device.ReportsWhileHeld = true;
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad") with { Policy = "asha-promote" });
        var held = await hold.Reached;
        await computing;

        await cluster.Lose(devices.First(d => d.Taken.Any(a => a.Trial == held.Trial)));
        var lost = await cluster.Until("job", r => r.Of("good").Segments is [{ End: SegmentEnd.DeviceLost }], "lost its device");
        mayDecide.Set();

        var record = await cluster.UntilEnded("job");
        Assert.True(record.Rungs[1].Basis!.Event >= lost.Version, "a decision that did not know of the loss was taken");
        Assert.Equal(JobPhase.Completed, record.Phase);
    }

    [Fact]
    public async Task Decisions_that_are_overtaken_again_and_again_are_a_failure_to_decide()
    {
        ControlCluster cluster = null!;
        var policy = new FaultyPolicy(PolicyCatalogue.Get("successive-halving"))
        {
            Before = (_, call) =>
            {
                if (call <= DecisionRun.MostVoided) cluster.Request("job", JobRequest.StopTrial(TrialId.At(call))).Wait();
            },
        };
        await using var started = cluster = await ControlCluster.Start(folder.Path, time, policies: _ => policy);
        cluster.AddDevice("d0", FaultJobs.Training());
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon(["good", .. Enumerable.Range(1, 6).Select(i => $"c{i}")]));
        await cluster.Until("job", r => r.DecisionFault is not null, "failed to decide");
        time.Advance(TimeSpan.FromMinutes(1));

        var record = await cluster.UntilEnded("job");
        var fault = Assert.Single((await cluster.Events("job")).Select(e => e.Change).OfType<DecisionFailed>());
        Assert.Contains($"{DecisionRun.MostVoided} decisions in a row", fault.Reason, StringComparison.Ordinal);
        Assert.Equal((JobPhase.Completed, "good"), (record.Phase, FaultJobs.WinnerOf(record)));
    }

    [Fact]
    public async Task A_decision_that_was_tampered_with_does_not_pass()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        cluster.AddDevice("d0", FaultJobs.Training());
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));
        await cluster.UntilEnded("job");

        var events = await cluster.Events("job");
        var at = events.Select((e, i) => (e, i)).First(e => e.e.Change is JobDecided { Rung.Rung: 1 }).i;
        var decided = (JobDecided)events[at].Change;
        var next = decided.Rung.NextStep.First();
        var tampered = decided with { Rung = decided.Rung with { NextStep = decided.Rung.NextStep.SetItem(next.Key, next.Value + 1) } };
        JobEvent[] changed = [.. events.Take(at), events[at] with { Change = tampered }, .. events.Skip(at + 1)];

        List<VerifiedDecision> Verify(IReadOnlyList<JobEvent> of) =>
            [.. DecisionVerification.Verify(of, _ => SelectionHistory.Empty, PolicyCatalogue.Get)];
        Assert.All(Verify(events), d => Assert.True(d.IsEqual, d.Difference));
        Assert.False(Verify(changed).Single(d => d.Rung == 1).IsEqual);
    }

    /// <summary>A policy that is held in one of its calls, and what completes when it is.</summary>
    private static (FaultyPolicy Policy, Task Computing) Gated(string name, int call, ManualResetEventSlim mayDecide)
    {
        var computing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return (new FaultyPolicy(PolicyCatalogue.Get(name))
        {
            Before = (_, n) =>
            {
                if (n != call || !computing.TrySetResult()) return;
                mayDecide.Wait();
            },
        }, computing.Task);
    }
}
