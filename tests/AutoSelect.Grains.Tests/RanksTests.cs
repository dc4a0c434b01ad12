using System.Collections.Concurrent;
using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>Trials on several devices at once.</summary>
public sealed class RanksTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static SimulatedTraining Training() => new SimulatedTraining().Ends("wide", 0.95).Ends("narrow", 0.5);

    private static JobSpec Spec(int ranks, params string[] narrow)
    {
        var spec = SimulatedJobs.BestAtHorizon(["wide", .. narrow]);
        return spec with
        {
            Candidates = spec.Candidates.Replace(spec.Candidates[0], spec.Candidates[0] with { Ranks = ranks, Communication = "fp16" }),
            Checkpoints = new CheckpointPolicy { EverySeconds = 0.05 },
        };
    }

    /// <summary>
    /// The only candidate is looked at and then trained to its end, so that its second segment goes on from a checkpoint.
    /// </summary>
    private static JobSpec InTwoSegments() => Spec(2) with { Policy = "current-best" };

    [Fact]
    public async Task A_trial_of_two_ranks_takes_two_devices_at_once_and_is_charged_for_both()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        SimulatedDevice[] devices = [cluster.AddDevice("d0", Training()), cluster.AddDevice("d1", Training())];

        await cluster.Submit("job", Spec(2, "narrow"));
        var record = await cluster.UntilEnded("job");

        Assert.Equal(JobPhase.Completed, record.Phase);
        Assert.Equal("wide", record[record.Outcome!.Winner!.Value].Candidate.Name);
        var wide = record.Trials[0];
        // The last one writes the weights, which one rank does alone.
        Assert.All(wide.Segments[..^1], s => Assert.Equal(["d0", "d1"], s.Members().Select(m => m.Device.Value).Order()));
        Assert.Equal(1, wide.Segments[^1].Devices);
        Assert.Equal(2 * wide.Segments.Sum(s => s.DeviceSeconds), wide.ChargedSeconds, 9);
        Assert.Equal(1000 * 0.02, wide.Segments.Sum(s => s.DeviceSeconds), 9);
        Assert.Equal(1000 * 0.02, wide.Curve[^1].DeviceSeconds, 9);
        var taken = devices.SelectMany(d => d.Taken).Where(a => a.Trial == wide.Id && a.Placement is not null)
            .GroupBy(a => a.Placement!.Token).ToList();
        Assert.Equal(wide.Segments.Length - 1, taken.Count);
        Assert.All(taken, group =>
        {
            Assert.Equal([0, 1], group.Select(a => a.Placement!.Rank).Order());
            Assert.Equal(2, group.Select(a => a.LeaseToken).Distinct().Count());
            Assert.Single(group.Select(a => a.Placement!.Generation).Distinct());
            Assert.All(group, a => Assert.Equal((2, "fp16", 2), (a.Placement!.Size, a.Candidate.Communication, a.Candidate.Ranks)));
        });
        Assert.Equal(taken.Count, taken.Select(g => g.First().Placement!.Generation).Distinct().Count());
        Assert.Equal(0, wide.Restarts);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_lost_rank_costs_the_steps_since_the_checkpoint_and_the_trial_goes_on_with_a_new_device(int lostRank)
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var held = new TaskCompletionSource<string>();
        var devices = new Dictionary<string, SimulatedDevice>();
        Task Hold(string device, SegmentAssignment a)
        {
            if (a.From is null || a.Placement?.Rank != lostRank || held.Task.IsCompleted) return Task.CompletedTask;
            held.TrySetResult(device);
            return Task.Delay(Timeout.Infinite);
        }
        foreach (var id in (string[])["d0", "d1"]) devices[id] = cluster.AddDevice(id, Training(), a => Hold(id, a));
        await cluster.Submit("job", InTwoSegments());
        await cluster.Lose(devices[await held.Task]);
        var heir = cluster.AddDevice("d2", Training());
        var record = await cluster.UntilEnded("job");

        Assert.Equal(JobPhase.Completed, record.Phase);
        Assert.Equal(1, record.Trials[0].Restarts);
        var lost = Assert.Single(record.Trials[0].Segments, s => s.End is SegmentEnd.DeviceLost or SegmentEnd.RankLost);
        Assert.Equal(lostRank == 0 ? SegmentEnd.DeviceLost : SegmentEnd.RankLost, lost.End);
        var next = record.Trials[0].Segments.First(s => s.StartedAt > lost.StartedAt);
        Assert.Equal(lost.FromStep, next.FromStep);
        Assert.Contains(new DeviceId("d2"), next.Members().Select(m => m.Device));
        Assert.Equal(2, heir.Taken[0].Placement!.Size);
        Assert.Empty(next.Members().Select(m => m.LeaseToken).Intersect(lost.Members().Select(m => m.LeaseToken)));
    }

    [Fact]
    public async Task With_a_device_less_for_good_the_trial_goes_on_with_the_ranks_that_are_left()
    {
        var time = new ShiftedTime();
        await using var cluster = await ControlCluster.Start(folder.Path, time);
        var hold = new Hold(a => a.From is not null);
        cluster.AddDevice("d0", Training());
        var dying = cluster.AddDevice("d1", Training(), hold.Before);
        await cluster.Submit("job", InTwoSegments());
        await hold.Reached;
        await cluster.Lose(dying);
        await cluster.Until(
            "job", r => r.Trials[0].Segments.Any(s => s.End is SegmentEnd.DeviceLost or SegmentEnd.RankLost), "lost a rank");
        // Nobody has joined for as long as is waited for.
        time.Advance(TimeSpan.FromHours(1));
        var record = await cluster.UntilEnded("job");

        Assert.Equal(JobPhase.Completed, record.Phase);
        var after = record.Trials[0].Segments.SkipWhile(s => s.End is not (SegmentEnd.DeviceLost or SegmentEnd.RankLost)).Skip(1).ToList();
        Assert.NotEmpty(after);
        Assert.All(after, s => Assert.Equal(["d0"], s.Members().Select(m => m.Device.Value)));
    }

    [Fact]
    public async Task A_device_that_comes_later_is_taken_in_by_a_committed_run_that_is_short_of_ranks()
    {
        await using var cluster = await ControlCluster.Start(folder.Path, join: TimeSpan.FromSeconds(1));
        var running = new TaskCompletionSource();
        cluster.AddDevice("d0", Training(), a =>
        {
            if (a.UntilStep < a.HorizonSteps || a.Placement is not null || a.ExportTo is not null) return Task.CompletedTask;
            running.TrySetResult();
            return Task.Delay(Timeout.Infinite);
        }).ReportsWhileHeld = true;
        await cluster.Submit("job", Spec(2));
        await running.Task;
        var late = cluster.AddDevice("d1", Training());
        var record = await cluster.UntilEnded("job");

        Assert.Equal(JobPhase.Completed, record.Phase);
        Assert.Contains(record.Trials[0].Segments, s => s is { Devices: 1, End: SegmentEnd.Interrupted });
        Assert.Contains(late.Taken, a => a.Placement is { Size: 2 });
    }

    [Fact]
    public async Task Two_jobs_that_both_want_all_devices_take_turns_and_both_end()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var together = new ConcurrentBag<(JobId, string)>();
        foreach (var id in (string[])["d0", "d1", "d2"])
            cluster.AddDevice(id, Training(), a =>
            {
                together.Add((a.Job, id));
                return Task.CompletedTask;
            });
        await Task.WhenAll(cluster.Submit("a", Spec(2)), cluster.Submit("b", Spec(2)));

        Assert.Equal(JobPhase.Completed, (await cluster.UntilEnded("a")).Phase);
        Assert.Equal(JobPhase.Completed, (await cluster.UntilEnded("b")).Phase);
        Assert.Equal(2, together.Select(t => t.Item1).Distinct().Count());
    }

    [Fact]
    public async Task A_winner_of_one_rank_goes_on_with_the_devices_of_the_committed_run()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        SimulatedDevice[] devices = [cluster.AddDevice("d0", Training()), cluster.AddDevice("d1", Training())];
        var spec = SimulatedJobs.BestAtHorizon("wide", "narrow") with
        {
            Policy = "insured",
            Commit = new CommitResources { Devices = 2 },
        };

        await cluster.Submit("job", spec);
        var record = await cluster.UntilEnded("job");

        var winner = record[record.Commit!.Winner];
        Assert.Equal(TrialState.Completed, winner.State);
        Assert.Contains(winner.Segments, s => s.Devices == 2);
        Assert.Contains(winner.Segments, s => s.Devices == 1);
        Assert.All(devices.SelectMany(d => d.Taken),
            a => Assert.Equal(a.Placement is null ? (1, "none") : (2, "fp32"), (a.Candidate.Ranks, a.Candidate.Communication)));
        Assert.Equal((1, "none"), (winner.Candidate.Ranks, winner.Candidate.Communication));
    }

    [Theory]
    [InlineData(SegmentEnd.OutOfMemory)]
    [InlineData(SegmentEnd.Failed)]
    public async Task An_error_of_another_rank_fails_the_trial_with_its_reason_also_when_the_first_rank_only_saw_it_go(SegmentEnd end)
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        foreach (var id in (string[])["d0", "d1"])
            cluster.AddDevice(id, Training()).EndsRank = a => a.Placement!.Rank == 0 ? (SegmentEnd.RankLost, "Rank 1 of 2 left")
                : (end, "does not fit");

        await cluster.Submit("job", Spec(2));
        var record = await cluster.UntilEnded("job");

        Assert.Equal(JobPhase.Failed, record.Phase);
        Assert.Equal(TrialState.Failed, record.Trials[0].State);
        Assert.Matches("rank 1 of 2 on d[01]: does not fit", record.Trials[0].Reason);
        Assert.Single(record.Trials[0].Segments);
    }

    [Fact]
    public async Task A_group_that_breaks_again_and_again_without_progress_fails_the_trial()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        foreach (var id in (string[])["d0", "d1"])
            cluster.AddDevice(id, Training()).EndsRank = _ => (SegmentEnd.RankLost, "the group of 2 ranks did not form");

        await cluster.Submit("job", Spec(2));
        var record = await cluster.UntilEnded("job");

        Assert.Equal(TrialState.Failed, record.Trials[0].State);
        Assert.Contains("lost a rank 3 times at step 0", record.Trials[0].Reason);
        Assert.Contains("did not form", record.Trials[0].Reason);
    }

    [Fact]
    public async Task A_process_that_gives_its_trial_up_is_followed_by_another_segment_from_the_checkpoint()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var first = 1;
        foreach (var id in (string[])["d0", "d1"])
            cluster.AddDevice(id, Training()).EndsRank = a =>
                a.Placement!.Rank == 0 && Interlocked.Exchange(ref first, 0) == 1 ? (SegmentEnd.DeviceLost, "torn") : null;

        await cluster.Submit("job", Spec(2));
        var record = await cluster.UntilEnded("job");

        Assert.Equal(JobPhase.Completed, record.Phase);
        Assert.Contains(record.Trials[0].Segments, s => s.End is SegmentEnd.DeviceLost or SegmentEnd.RankLost);
        Assert.True(record.Trials[0].Restarts >= 1);
    }

    [Fact]
    public async Task A_job_that_is_paused_or_whose_control_side_ends_goes_on_with_its_ranks()
    {
        await using (var cluster = await ControlCluster.Start(folder.Path))
        {
            var second = new TaskCompletionSource();
            foreach (var id in (string[])["d0", "d1"]) cluster.AddDevice(id, Training(), a => Hold(a, second));
            await cluster.Submit("job", InTwoSegments());
            await second.Task;
            await cluster.Request("job", JobRequest.Pause());
            await cluster.Until("job", r => r.Phase == JobPhase.Paused, "paused");
            Assert.Equal(SegmentEnd.Interrupted, (await cluster.Record("job")).Trials[0].Segments[^1].End);
            await cluster.Request("job", JobRequest.Resume());
            // The control side ends while the segment runs again.
            await cluster.Until("job", r => r.Trials[0].Segments is [.., { EndedAt: null, Devices: 2 }], "went on");
        }
        await using (var cluster = await ControlCluster.Start(folder.Path))
        {
            foreach (var id in (string[])["d0", "d1"]) cluster.AddDevice(id, Training());
            await cluster.Request("job", JobRequest.Resume());
            var record = await cluster.UntilEnded("job");

            Assert.Equal(JobPhase.Completed, record.Phase);
            Assert.Equal(2, record.Trials[0].Segments[^2].Devices);
        }

        static Task Hold(SegmentAssignment a, TaskCompletionSource second)
        {
            if (a.From is null) return Task.CompletedTask;
            second.TrySetResult();
            return Task.Delay(Timeout.Infinite);
        }
    }

    [Fact]
    public async Task A_late_report_of_a_former_rank_is_told_to_abandon_and_neither_ends_nor_renews_anything()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var second = new TaskCompletionSource();
        var mayGoOn = new TaskCompletionSource();
        foreach (var id in (string[])["d0", "d1"])
            cluster.AddDevice(id, Training(), a =>
            {
                if (a.From is null) return Task.CompletedTask;
                second.TrySetResult();
                return mayGoOn.Task;
            });
        await cluster.Submit("job", InTwoSegments());
        await second.Task;
        var running = (await cluster.Record("job")).Trials[0];

        foreach (var former in running.Segments[0].Members())
        {
            var reply = await cluster.Job("job").Report(
                former.Device,
                new SegmentReport
                {
                    Job = new JobId("job"),
                    Trial = running.Id,
                    LeaseToken = former.LeaseToken,
                    Step = 999,
                    End = SegmentEnd.Failed,
                    Reason = "late",
                });
            Assert.Equal(SegmentOrder.Abandon, reply.Order);
        }
        var after = (await cluster.Record("job")).Trials[0];
        Assert.Equal((running.State, running.Segments.Length, running.Segments[^1].ToStep),
            (after.State, after.Segments.Length, after.Segments[^1].ToStep));
        mayGoOn.SetResult();
        Assert.Equal(JobPhase.Completed, (await cluster.UntilEnded("job")).Phase);
    }
}
