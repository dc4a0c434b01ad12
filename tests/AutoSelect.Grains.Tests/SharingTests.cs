using AutoSelect.Contracts;
using AutoSelect.Jobs.Sharing;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>Jobs that wait for their turn, and jobs that give devices back for others.</summary>
public sealed class SharingTests : IDisposable
{
    private const string Reason = "waits: project default has 1 of 1 job running";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static Task OneAtATime(ControlCluster cluster, int? waiting = null) => cluster.Leases.ChangeLimits(
        JobSpec.DefaultProject, known => known with { Whole = new UseLimits { RunningJobs = 1, WaitingJobs = waiting } });

    private static JobSpec Job() => SimulatedJobs.BestAtHorizon("good", "bad");

    [Fact]
    public async Task A_job_beyond_the_quota_waits_without_a_device_and_starts_when_another_ends()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        await OneAtATime(cluster);
        var hold = new Hold(a => a.Job == ControlCluster.IdOf("one"));
        cluster.AddDevice("d0", FaultJobs.Training(), hold.Before);
        await cluster.Submit("one", Job());
        await hold.Reached;
        cluster.AddDevice("d1", FaultJobs.Training());
        await cluster.Submit("two", Job() with { Probe = new ProbeBudget { Devices = 1 } });

        var waiting = await cluster.Until("two", r => r.Phase == JobPhase.Waiting, "waited");
        Assert.Equal(Reason, waiting.Notice);
        var summary = (await cluster.Jobs.Find(waiting.Id))!;
        Assert.Equal((JobPhase.Waiting, Reason), (summary.Phase, summary.Notice));
        Assert.Empty((await cluster.Leases.HeldBy(waiting.Id)).Leases);
        hold.Release();

        Assert.Equal("good", FaultJobs.WinnerOf(await cluster.UntilEnded("two")));
        var (one, two) = (await cluster.UntilEnded("one"), await cluster.Record("two"));
        var ended = one.StartedAt.AddSeconds(one.ElapsedSeconds);
        Assert.All(two.Trials.SelectMany(t => t.Segments), s => Assert.True(two.StartedAt.AddSeconds(s.StartedAt) >= ended));
        Assert.Single((await cluster.Events("two")).Select(e => e.Change).OfType<JobHeld>());
        Assert.Single((await cluster.Events("two")).Select(e => e.Change).OfType<JobAdmitted>());
        Assert.DoesNotContain((await cluster.Events("one")).Select(e => e.Change), c => c is JobHeld or JobAdmitted);
    }

    [Fact]
    public async Task A_deadline_counts_while_a_job_waits()
    {
        var time = new ShiftedTime();
        await using var cluster = await ControlCluster.Start(folder.Path, time);
        await OneAtATime(cluster);
        var hold = new Hold();
        cluster.AddDevice("d0", FaultJobs.Training(), hold.Before);
        await cluster.Submit("one", Job());
        await hold.Reached;
        var objective = Job().Objective with { Kind = ObjectiveKind.BestBy, SecondsPerUnit = null, DeadlineSeconds = 600 };
        await cluster.Submit("two", Job() with { Objective = objective });
        await cluster.Until("two", r => r.Phase == JobPhase.Waiting, "waited");

        time.Advance(TimeSpan.FromHours(1));

        var record = await cluster.UntilEnded("two");
        Assert.Equal(
            (JobPhase.Failed, $"the deadline of 600 s has come before the job could start ({Reason})"),
            (record.Phase, record.Outcome!.Summary));
        Assert.Equal(JobPhase.Probing, (await cluster.Record("one")).Phase);
        hold.Release();
    }

    [Fact]
    public async Task A_paused_job_makes_place_and_waits_for_its_turn_when_it_is_resumed()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        await OneAtATime(cluster);
        var (one, two) = (new Hold(a => a.Job == ControlCluster.IdOf("one")), new Hold(a => a.Job == ControlCluster.IdOf("two")));
        cluster.AddDevice("d0", FaultJobs.Training(), async a =>
        {
            await one.Before(a);
            await two.Before(a);
        });
        await cluster.Submit("one", Job());
        await one.Reached;
        await cluster.Submit("two", Job());
        await cluster.Until("two", r => r.Phase == JobPhase.Waiting, "waited");
        await cluster.Request("one", JobRequest.Pause());
        one.Release();
        await two.Reached;
        await cluster.Request("one", JobRequest.Resume());
        await cluster.Until("one", r => r.Phase == JobPhase.Waiting, "waited");
        two.Release();
        Assert.Equal("good", FaultJobs.WinnerOf(await cluster.UntilEnded("two")));
        Assert.Equal("good", FaultJobs.WinnerOf(await cluster.UntilEnded("one")));
    }

    [Fact]
    public async Task Too_long_a_line_is_refused_with_the_figures_but_not_a_call_that_is_repeated()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        await OneAtATime(cluster, waiting: 1);
        await cluster.Submit("one", Job());
        await cluster.Until("one", r => r.Rungs.Length > 0, "started");
        await ControlCluster.UntilTrue(() => cluster.Leases.HeldBy(ControlCluster.IdOf("one")).Result.IsAdmitted, "admitted it");
        var second = await cluster.Submit("two", Job(), "mine");
        var refused = await Assert.ThrowsAsync<QueueFullException>(() => cluster.Submit("three", Job()));
        Assert.Equal("project default has 1 job running and 1 waiting, of which at most 1 may: submit again when one has started.",
            refused.Message);
        Assert.Equal(second, await cluster.Submit("two", Job(), "mine"));
        Assert.Empty(await cluster.Jobs.Changes(ControlCluster.IdOf("three"), 0));
    }

    [Fact]
    public async Task A_probing_lane_ends_at_a_checkpoint_for_a_job_that_has_no_device_and_the_baseline_trains_on()
    {
        await using var cluster = await ControlCluster.Start(folder.Path, sharing: new SharingOptions { LaneKeeps = TimeSpan.Zero });
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (both, wide) = (new CountdownEvent(2), ControlCluster.IdOf("wide"));
        Task Before(SegmentAssignment a)
        {
            if (a.Job != wide) return Task.CompletedTask;
            if (!both.IsSet) both.Signal();
            return held.Task;
        }
        foreach (var id in (string[])["d0", "d1"]) cluster.AddDevice(id, FaultJobs.Training(), Before).ReportsWhileHeld = true;
        var spec = Job() with { Policy = "insured" };
        await cluster.Submit("wide", spec with
        {
            Objective = spec.Objective with { Kind = ObjectiveKind.BestBy, SecondsPerUnit = null, DeadlineSeconds = 1e6 },
            Probe = new ProbeBudget { Devices = 2, Price = 0 },
        });
        await ControlCluster.UntilTrue(() => both.IsSet, "trained on both devices");
        await cluster.Submit("narrow", Job());

        Assert.Equal("good", FaultJobs.WinnerOf(await cluster.UntilEnded("narrow")));
        var record = await cluster.Record("wide");
        var baseline = record.Of("good");
        Assert.Null(Assert.Single(baseline.Segments).EndedAt);
        var lane = record.Of("bad");
        Assert.Equal((SegmentEnd.Interrupted, 0), (lane.Segments[0].End, lane.Restarts));
        Assert.True(lane.IsAlive);

        held.TrySetResult();
        Assert.Equal("good", FaultJobs.WinnerOf(await cluster.UntilEnded("wide")));
        await ControlCluster.UntilTrue(() => cluster.Leases.Demands().Result.Count == 0, "withdrew its demand");
    }

    [Fact]
    public async Task Device_time_is_charged_to_the_jobs_project_and_user()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        cluster.AddDevice("d0", FaultJobs.Training());
        await cluster.Submit("job", Job() with { Project = "vision", Owner = "ann" });
        await cluster.UntilEnded("job");
        await ControlCluster.UntilTrue(() => cluster.Leases.Use(DateTimeOffset.MinValue).Result.Count > 0, "charged its device");
        // One row an hour.
        var use = await cluster.Leases.Use(DateTimeOffset.MinValue);
        Assert.All(use, u => Assert.Equal(("vision", "ann"), (u.Project, u.Owner)));
        Assert.InRange(use.Sum(u => u.Seconds), 1e-6, 120);
    }
}
