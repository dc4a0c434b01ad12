using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

public sealed class JobGrainTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static SimulatedTraining GoodAndBad() => new SimulatedTraining().Ends("good", 0.95).Ends("fair", 0.85).Ends("bad", 0.4);

    [Fact]
    public async Task A_job_probes_commits_to_the_best_and_completes_with_weights()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        cluster.AddDevice("d0", GoodAndBad());
        cluster.AddDevice("d1", GoodAndBad());

        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("bad", "good", "fair"));
        var record = await cluster.UntilEnded("job");

        Assert.Equal(JobPhase.Completed, record.Phase);
        Assert.Equal("good", record[record.Commit!.Winner].Candidate.Name);
        Assert.Equal(TrialState.Completed, record[record.Commit.Winner].State);
        Assert.EndsWith("final.safetensors", record.Outcome!.FinalWeights);
        Assert.Equal(0, record.CheckpointBytes);
        await ControlCluster.UntilTrue(
            () => record.Trials.All(t => !Directory.Exists(CheckpointPaths.TrialFolder(record, t.Id))), "its checkpoints were removed");
    }

    [Fact]
    public async Task The_first_trial_at_the_target_ends_the_job()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        cluster.AddDevice("d0", GoodAndBad());

        await cluster.Submit("job", SimulatedJobs.FastestTo(0.6, "bad", "good"));
        var record = await cluster.UntilEnded("job");

        Assert.True(record.Outcome!.ObjectiveMet);
        Assert.Equal("good", record[record.Outcome.Winner!.Value].Candidate.Name);
        Assert.True(record[record.Outcome.Winner.Value].Curve[^1].Value >= 0.6);
        Assert.NotNull(record.Outcome.SecondsToTarget);
    }

    [Fact]
    public async Task The_record_is_rebuilt_from_the_events_alone()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        cluster.AddDevice("d0", GoodAndBad());
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("bad", "good"));
        await cluster.UntilEnded("job");

        // The record is nothing but what happened, event by event, whatever was asked for in between.
        var events = await cluster.Events("job");
        var record = JobFold.FromEvents(events)!;
        Assert.Equal(Enumerable.Range(1, events.Count).Select(n => (long)n), events.Select(e => e.Number));
        Assert.Equal(JobPhase.Completed, record.Phase);
        Assert.Equal(Json(record), Json(JobFold.FromEvents(await cluster.Events("job", pages: 3))!));
    }

    [Fact]
    public async Task A_diverged_candidate_is_a_failed_trial_with_a_reason_and_the_job_goes_on()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        cluster.AddDevice("d0", GoodAndBad().Diverges("fair", 30));

        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("fair", "good"));
        var record = await cluster.UntilEnded("job");

        Assert.Equal(TrialState.Failed, record.Trials[0].State);
        Assert.Contains("NaN at step 30", record.Trials[0].Reason);
        Assert.Equal("good", record[record.Outcome!.Winner!.Value].Candidate.Name);
    }

    [Fact]
    public async Task When_every_candidate_diverges_the_job_fails_and_says_so()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        cluster.AddDevice("d0", new SimulatedTraining().Diverges("a", 10).Diverges("b", 20));

        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("a", "b"));
        var record = await cluster.UntilEnded("job");

        Assert.Equal(JobPhase.Failed, record.Phase);
        Assert.Contains("all 2 candidates failed", record.Outcome!.Summary);
    }

    [Fact]
    public async Task A_committed_run_that_diverges_falls_back_to_the_runner_up()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var hold = new Hold();
        cluster.AddDevice("d0", GoodAndBad().Diverges("good", 900), hold.Before).ReportsWhileHeld = true;

        // What was asked for diverges: the baseline, which rests meanwhile, takes the lane again.
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("bad", "good", "fair"));
        await hold.Reached;
        await cluster.Request("job", JobRequest.CommitTo(TrialId.At(1)));
        hold.Release();
        var record = await cluster.UntilEnded("job");

        Assert.Equal(JobPhase.Completed, record.Phase);
        Assert.Equal(TrialState.Failed, record.Trials[1].State);
        Assert.NotEqual("good", record[record.Outcome!.Winner!.Value].Candidate.Name);
    }

    [Fact]
    public async Task A_silent_device_loses_its_lease_and_the_trial_goes_on_elsewhere_from_its_checkpoint()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var second = new Hold(a => a.From is not null);
        var dying = cluster.AddDevice("d0", GoodAndBad(), second.Before);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good"));
        await second.Reached;

        await cluster.Lose(dying);
        var heir = cluster.AddDevice("d1", GoodAndBad());
        var record = await cluster.UntilEnded("job");

        Assert.Equal(JobPhase.Completed, record.Phase);
        Assert.Equal(1, record.Trials[0].Restarts);
        var lost = Assert.Single(record.Trials[0].Segments, s => s.End == SegmentEnd.DeviceLost);
        Assert.Equal(lost.FromStep, heir.Taken[0].From!.Step);
        Assert.True(heir.Taken[0].LeaseToken > lost.LeaseToken);
    }

    [Fact]
    public async Task A_paused_job_keeps_its_checkpoints_and_goes_on_when_resumed()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var hold = new Hold();
        cluster.AddDevice("d0", GoodAndBad(), hold.Before);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));
        await hold.Reached;
        await cluster.Request("job", JobRequest.Pause());
        hold.Release();

        var paused = await cluster.Until("job", r => r.Phase == JobPhase.Paused, "paused");
        Assert.All(paused.Trials.Where(t => t.Checkpoint is not null), t => Assert.True(File.Exists(t.Checkpoint!.Uri)));

        await cluster.Request("job", JobRequest.Resume());
        var record = await cluster.UntilEnded("job");
        Assert.Equal("good", record[record.Outcome!.Winner!.Value].Candidate.Name);
    }

    [Fact]
    public async Task A_job_resumed_in_a_new_control_process_decides_as_one_that_was_never_interrupted()
    {
        var spec = SimulatedJobs.BestAtHorizon("bad", "good", "fair");
        JobRecord uninterrupted;
        await using (var cluster = await ControlCluster.Start(folder["a"]))
        {
            cluster.AddDevice("d0", GoodAndBad());
            await cluster.Submit("job", spec);
            uninterrupted = await cluster.UntilEnded("job");
        }

        await using (var cluster = await ControlCluster.Start(folder["b"]))
        {
            // The device dies with the control side while the second segment of a trial runs.
            var second = new Hold(a => a.From is not null);
            cluster.AddDevice("d0", GoodAndBad(), second.Before);
            await cluster.Submit("job", spec);
            await second.Reached;
        }
        await using (var cluster = await ControlCluster.Start(folder["b"]))
        {
            cluster.AddDevice("d0", GoodAndBad());
            await cluster.Request("job", JobRequest.Resume());
            var resumed = await cluster.UntilEnded("job");

            Assert.Equal(Decisions(uninterrupted), Decisions(resumed));
            Assert.Equal(uninterrupted.Outcome!.Value, resumed.Outcome!.Value);
        }
    }

    [Fact]
    public async Task A_report_of_an_ended_job_is_told_to_abandon_and_changes_nothing()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        cluster.AddDevice("d0", GoodAndBad());
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good"));
        var before = await cluster.UntilEnded("job");

        var reply = await cluster.Job("job").Report(new DeviceId("d0"), new SegmentReport
        {
            Job = new JobId("job"),
            Trial = TrialId.At(0),
            LeaseToken = before.Trials[0].Segments[0].LeaseToken,
            Step = 5,
            Points = [new SimulatedTraining().Point(before.Trials[0].Candidate, 5)],
        });

        Assert.Equal(SegmentOrder.Abandon, reply.Order);
        Assert.Equal(before.Trials[0].Curve.Length, (await cluster.Record("job")).Trials[0].Curve.Length);
    }

    private static string Json(JobRecord record) =>
        System.Text.Json.JsonSerializer.Serialize(record, RecordJson.Indented);

    internal static List<string> Decisions(JobRecord record) =>
        [.. record.Rungs.Select(r => string.Join("; ", r.Decisions.Select(d => $"{d.Trial} {d.Kind}")))];
}
