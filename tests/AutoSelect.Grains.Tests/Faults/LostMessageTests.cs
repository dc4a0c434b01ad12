using AutoSelect.Contracts;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>Messages between a job, its devices and the pool that get lost, come twice or late.</summary>
public sealed class LostMessageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(nameof(IDeviceGrain.NextWork))]
    [InlineData(nameof(IDeviceGrain.Register))]
    [InlineData(nameof(IJobGrain.Report))]
    public async Task A_reply_that_got_lost_is_asked_for_again(string method)
    {
        var calls = new CallFaults();
        await using var cluster = await ControlCluster.Start(folder.Path, calls: calls);
        var lost = calls.LoseReplies(method, times: 2);
        cluster.AddDevice("d0", FaultJobs.Training());
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));

        await lost.Happened;
        CheckUntouched(await cluster.UntilEnded("job"));
    }

    [Fact]
    public async Task Work_that_got_lost_on_its_way_to_a_device_is_sent_again()
    {
        var calls = new CallFaults();
        await using var cluster = await ControlCluster.Start(folder.Path, calls: calls);
        var lost = calls.LoseCalls(nameof(IDeviceGrain.Assign), times: 1);
        cluster.AddDevice("d0", FaultJobs.Training());
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));

        await lost.Happened;
        CheckUntouched(await cluster.UntilEnded("job"));
    }

    [Theory]
    [InlineData("d0")]
    [InlineData("d1")]
    public async Task Work_of_one_rank_that_got_lost_is_sent_again_while_the_others_wait(string rank)
    {
        var calls = new CallFaults();
        await using var cluster = await ControlCluster.Start(folder.Path, calls: calls);
        var lost = calls.LoseCalls(nameof(IDeviceGrain.Assign), times: 1, grain: rank);
        cluster.AddDevice("d0", FaultJobs.Training());
        cluster.AddDevice("d1", FaultJobs.Training());
        var spec = SimulatedJobs.BestAtHorizon("good", "bad");
        await cluster.Submit("job", spec with { Candidates = [.. spec.Candidates.Select(c => c with { Ranks = 2 })] });

        await lost.Happened;
        CheckUntouched(await cluster.UntilEnded("job"));
    }

    [Fact]
    public async Task A_wake_that_never_comes_is_made_up_for_by_the_supervisor()
    {
        var calls = new CallFaults();
        await using var cluster = await ControlCluster.Start(folder.Path, calls: calls);
        var lost = calls.LoseCalls(nameof(IJobGrain.Wake), times: 2);
        cluster.AddDevice("d0", FaultJobs.Training());
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good", "bad"));

        await lost.Happened;
        CheckUntouched(await cluster.UntilEnded("job"));
    }

    [Fact]
    public async Task Reports_that_come_twice_or_late_are_stored_once_and_take_nothing_back()
    {
        await using var cluster = await ControlCluster.Start(folder.Path);
        var training = FaultJobs.Training();
        var hold = new Hold();
        cluster.AddDevice("d0", training, hold.Before);
        await cluster.Submit("job", SimulatedJobs.BestAtHorizon("good"));
        var work = await hold.Reached;

        SegmentReport Report(long step, params long[] points) => new()
        {
            Job = work.Job,
            Trial = work.Trial,
            LeaseToken = work.LeaseToken,
            Step = step,
            Points = [.. points.Select(p => training.Point(work.Candidate, p))],
            Checkpoint = new Checkpoint { Uri = $"at-{step}", Step = step, Bytes = 9 },
        };
        var job = cluster.Job("job");
        Assert.Equal(25, (await job.Report(new DeviceId("d0"), Report(25, 25))).AcknowledgedStep);
        Assert.Equal(75, (await job.Report(new DeviceId("d0"), Report(75, 25, 75, 50, 50))).AcknowledgedStep);
        Assert.Equal(75, (await job.Report(new DeviceId("d0"), Report(50, 25, 50))).AcknowledgedStep);
        Assert.Equal(75, (await job.Report(new DeviceId("d0"), Report(75, 25, 50, 75))).AcknowledgedStep);

        var record = await cluster.Record("job");
        Assert.Equal([25, 50, 75], record.Trials[0].Curve.Select(p => p.Step));
        Assert.Equal(("at-75", 75), (record.Trials[0].Checkpoint!.Uri, record.Trials[0].Segments.Single().ToStep));
        Assert.Equal(2, (await cluster.Events("job")).Count(e => e.Change is SegmentReported));

        hold.Release();
        record = await cluster.UntilEnded("job");
        Assert.Equal(record.Trials[0].Curve.Select(p => p.Step).Distinct().Order(), record.Trials[0].Curve.Select(p => p.Step));
    }

    private static void CheckUntouched(JobRecord record)
    {
        Assert.Equal((JobPhase.Completed, "good"), (record.Phase, FaultJobs.WinnerOf(record)));
        Assert.All(record.Trials, t => Assert.Equal(0, t.Restarts));
        Assert.All(record.Trials, t => Assert.Equal(t.Curve.Select(p => p.Step).Distinct().Order(), t.Curve.Select(p => p.Step)));
        Assert.DoesNotContain(record.Trials.SelectMany(t => t.Segments), s => s.End is SegmentEnd.DeviceLost or SegmentEnd.RankLost);
    }
}
